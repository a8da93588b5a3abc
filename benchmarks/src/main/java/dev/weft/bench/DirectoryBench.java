package dev.weft.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.protocol.v1.ServiceNames;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** What a client that knows the names of all services is sent when there is one more. */
final class DirectoryBench {
    private static final int SERVICES = 50;
    private static final String NAMESPACE = "default";

    private DirectoryBench() {}

    static void run(ControlPlaneProcess server, String jdk) {
        ManagedChannel channel = DeltaClient.channel(server.port());
        List<DeltaClient> workloads = new ArrayList<>();
        try (Follower follower = new Follower(channel)) {
            follower.known();
            System.out.println("(the whole directory: " + follower.bytes.get() + " bytes in " + follower.resources.get()
                    + " resources)");
            long bytes = follower.bytes.get();
            long resources = follower.resources.get();
            for (int i = 0; i < SERVICES; i++) {
                DeltaClient workload = new DeltaClient(channel, "new", "10.98.0." + (i + 1), response -> {});
                workloads.add(workload);
                workload.ready();
                workload.subscribe(DeltaClient.REGISTRATION, List.of("new" + i + ":8080/http"));
                follower.heard.acquireUninterruptibly();
            }
            Rounds.result(
                    "xds.bytes_per_new_service" + jdk,
                    (follower.bytes.get() - bytes) / (double) SERVICES,
                    "bytes/subscriber");
            Rounds.result(
                    "xds.resources_per_new_service" + jdk,
                    (follower.resources.get() - resources) / (double) SERVICES,
                    "of each subscriber");
        } finally {
            workloads.forEach(DeltaClient::close);
            channel.shutdownNow();
        }
    }

    /** Follows the directory as an agent does: what it consists of stands in the resource that it asks for first. */
    private static final class Follower implements AutoCloseable {
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong resources = new AtomicLong();
        private final Semaphore heard = new Semaphore(0);
        private final Semaphore parts = new Semaphore(0);
        private final DeltaClient client;

        Follower(ManagedChannel channel) {
            client = new DeltaClient(channel, "follower", "10.97.0.1", this::heard);
            client.subscribe(DeltaClient.DIRECTORY, List.of(NAMESPACE));
        }

        private void heard(DeltaDiscoveryResponse response) {
            bytes.addAndGet(response.getSerializedSize());
            resources.addAndGet(response.getResourcesCount());
            for (Resource resource : response.getResourcesList()) {
                if (resource.getName().equals(NAMESPACE)) {
                    parts.release(count(resource));
                }
            }
            heard.release(response.getResourcesCount());
        }

        private static int count(Resource index) {
            try {
                return ServiceNames.parseFrom(index.getResource().getValue()).getParts();
            } catch (InvalidProtocolBufferException malformed) {
                throw new IllegalStateException(malformed);
            }
        }

        /** Asks for the parts, and returns when all of them are here. */
        void known() {
            heard.acquireUninterruptibly();
            int count = parts.drainPermits();
            client.subscribe(
                    DeltaClient.DIRECTORY,
                    IntStream.range(0, count)
                            .mapToObj(part -> NAMESPACE + "/" + count + "/" + part)
                            .toList());
            heard.acquireUninterruptibly(count);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
