package dev.weft.bench;

import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * 10,000 services with ten instances each, registered as agents do it: each of 2,000 simulated
 * workloads keeps a stream and offers 50 ports.
 */
final class Fleet implements AutoCloseable {
    static final int SERVICES = 10_000;
    static final int INSTANCES = 10;
    private static final int PORTS = 50;
    private static final int STREAMS_OF_A_CONNECTION = 100;
    private static final int BLOCKS = SERVICES / PORTS;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<DeltaClient> workloads = new ArrayList<>();
    private final Semaphore registered = new Semaphore(0);

    /** Returns when all of them are registered. */
    Fleet(int port) {
        for (int i = 0; i < BLOCKS * INSTANCES; i++) {
            if (i % STREAMS_OF_A_CONNECTION == 0) {
                channels.add(DeltaClient.channel(port));
            }
            int block = i % BLOCKS * PORTS;
            DeltaClient workload = new DeltaClient(
                    channels.get(channels.size() - 1),
                    "workload",
                    address(i),
                    response -> registered.release(response.getResourcesCount()));
            workload.ready();
            workload.subscribe(
                    DeltaClient.REGISTRATION,
                    IntStream.range(block, block + PORTS)
                            .mapToObj(Fleet::registration)
                            .toList());
            workloads.add(workload);
        }
        registered.acquireUninterruptibly(SERVICES * INSTANCES);
    }

    private static String address(int workload) {
        return "10." + workload / 250 + "." + workload % 250 + ".1";
    }

    private static String registration(int service) {
        return "s" + service + ":8080/http";
    }

    static String host(int service) {
        return "s" + service + ".default.svc.cluster.local";
    }

    static String cluster(int service) {
        return "outbound|0||" + host(service);
    }

    /** The number of the service in the name of a cluster. */
    static int service(String cluster) {
        int begin = cluster.lastIndexOf('|') + 2;
        return Integer.parseInt(cluster, begin, cluster.indexOf('.', begin), 10);
    }

    /** The workload whose instance of a service comes and goes. */
    private static int changing(int service) {
        return (INSTANCES - 1) * BLOCKS + service / PORTS;
    }

    /** Where the instance that comes and goes is found. */
    static String changingAddress(int service) {
        return address(changing(service));
    }

    /** One endpoint of a service comes or goes. */
    void change(int service, boolean comes) {
        DeltaClient workload = workloads.get(changing(service));
        List<String> name = List.of(registration(service));
        if (comes) {
            workload.subscribe(DeltaClient.REGISTRATION, name);
        } else {
            workload.unsubscribe(DeltaClient.REGISTRATION, name);
        }
    }

    @Override
    public void close() {
        workloads.forEach(DeltaClient::close);
        channels.forEach(ManagedChannel::shutdownNow);
    }
}
