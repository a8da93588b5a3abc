package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.store.Types.ENDPOINTS;
import static dev.weft.control.store.Types.HEALTH;
import static dev.weft.control.store.Types.REGISTRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.protocol.v1.WorkloadRegistration;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane that is started again while a thousand workloads are there. */
@Tag("long")
class RestartTest {
    private static final int WORKLOADS = 1_000;
    private static final int SERVICES = 50;
    private static final int EACH = WORKLOADS / SERVICES;
    private static final int STREAMS_OF_A_CONNECTION = 100;

    @TempDir
    Path temp;

    /** What some workload was told that would have taken instances away from it. */
    private final Queue<String> losses = new ConcurrentLinkedQueue<>();

    private final List<ManagedChannel> channels = new ArrayList<>();
    private Path config;
    private volatile boolean isWhole;

    private ControlPlane start() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ControlPlane.start(new Options(
                config,
                any,
                any,
                temp.resolve("state"),
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(OutputStream.nullOutputStream())));
    }

    private static String endpoints(int service) {
        return "outbound|0||s" + service + ".default.svc.cluster.local";
    }

    /** An instance of a service that calls five others. */
    private final class Workload implements StreamObserver<DeltaDiscoveryResponse> {
        private final int number;
        private final List<String> wanted = new ArrayList<>();
        private final Map<String, String> versions = new ConcurrentHashMap<>();
        private final Map<String, Integer> sizes = new ConcurrentHashMap<>();
        private volatile String state = "";
        private StreamObserver<DeltaDiscoveryRequest> stream;

        Workload(int number) {
            this.number = number;
            IntStream.range(0, 5).forEach(i -> wanted.add(endpoints((number + 7 * i) % SERVICES)));
        }

        synchronized void connect(ManagedChannel channel) {
            state = "";
            stream = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
            String address = "10.0." + number / 250 + "." + (number % 250 + 1);
            stream.onNext(ScriptedClient.request(ENDPOINTS)
                    .setNode(ScriptedClient.node("s" + number % SERVICES, "default", address, Map.of()))
                    .addAllResourceNamesSubscribe(wanted)
                    .putAllInitialResourceVersions(versions)
                    .build());
            stream.onNext(ScriptedClient.request(REGISTRATION)
                    .addResourceNamesSubscribe("s" + number % SERVICES + ":8080")
                    .build());
            stream.onNext(ScriptedClient.request(HEALTH).build());
        }

        @Override
        public synchronized void onNext(DeltaDiscoveryResponse response) {
            try {
                for (Resource resource : response.getResourcesList()) {
                    heard(resource);
                }
            } catch (InvalidProtocolBufferException e) {
                losses.add(e.toString());
            }
            response.getRemovedResourcesList().forEach(name -> shrunk(name, 0));
            stream.onNext(ScriptedClient.request(response.getTypeUrl())
                    .setResponseNonce(response.getNonce())
                    .build());
        }

        private void heard(Resource resource) throws InvalidProtocolBufferException {
            if (resource.getResource().is(WorkloadRegistration.class)) {
                state = resource.getResource()
                        .unpack(WorkloadRegistration.class)
                        .getState();
                return;
            }
            int size = resource.getResource().unpack(ClusterLoadAssignment.class).getEndpointsList().stream()
                    .mapToInt(locality -> locality.getLbEndpointsCount())
                    .sum();
            versions.put(resource.getName(), resource.getVersion());
            shrunk(resource.getName(), size);
        }

        private void shrunk(String name, int size) {
            sizes.put(name, size);
            if (isWhole && size < EACH) {
                losses.add(number + ": " + name + " has " + size);
            }
        }

        @Override
        public void onError(Throwable failure) {
            state = "lost";
        }

        @Override
        public void onCompleted() {
            state = "lost";
        }

        boolean isUp() {
            return state.equals("UP");
        }

        boolean seesAll() {
            return wanted.stream().allMatch(name -> sizes.getOrDefault(name, 0) == EACH);
        }
    }

    private void connect(List<Workload> workloads, ControlPlane to) {
        channels.forEach(ManagedChannel::shutdownNow);
        channels.clear();
        for (int i = 0; i < workloads.size(); i++) {
            if (i % STREAMS_OF_A_CONNECTION == 0) {
                channels.add(NettyChannelBuilder.forAddress(to.xds())
                        .usePlaintext()
                        .directExecutor()
                        .build());
            }
            workloads.get(i).connect(channels.get(channels.size() - 1));
        }
    }

    @Test
    void nobodyIsToldOfAnEmptyMeshAndNobodyIsTakenAway() throws Exception {
        config = Files.createDirectory(temp.resolve("rules"));
        List<Workload> workloads = new ArrayList<>(
                IntStream.range(0, WORKLOADS).mapToObj(Workload::new).toList());
        ControlPlane server = start();
        try {
            connect(workloads, server);
            eventually("all are up", () -> workloads.stream().allMatch(Workload::isUp));
            eventually("all see all", () -> workloads.stream().allMatch(Workload::seesAll));
            isWhole = true;
            for (int restart = 0; restart < 2; restart++) {
                server.close();
                server = start();
                // Before any of them is back, and while they come back in no order.
                try (ScriptedClient early = new ScriptedClient(server.xds())) {
                    assertEquals(WORKLOADS, seen(early));
                }
                Collections.shuffle(workloads, new Random(restart));
                connect(workloads, server);
                eventually("all are back", () -> workloads.stream().allMatch(Workload::isUp));
                assertEquals(List.of(), List.copyOf(losses));
                try (ScriptedClient late = new ScriptedClient(server.xds())) {
                    assertEquals(WORKLOADS, seen(late));
                }
            }
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
            server.close();
        }
    }

    /** How many instances a newcomer is told of. */
    private static int seen(ScriptedClient newcomer) {
        newcomer.subscribe(
                ENDPOINTS,
                IntStream.range(0, SERVICES).mapToObj(RestartTest::endpoints).toArray(String[]::new));
        Map<String, ClusterLoadAssignment> all = new ConcurrentHashMap<>();
        while (all.size() < SERVICES) {
            DeltaDiscoveryResponse response = newcomer.next();
            assertEquals(List.of(), response.getRemovedResourcesList());
            all.putAll(ScriptedClient.unpack(response, ClusterLoadAssignment.class));
        }
        return all.values().stream()
                .flatMap(one -> one.getEndpointsList().stream())
                .mapToInt(locality -> locality.getLbEndpointsCount())
                .sum();
    }
}
