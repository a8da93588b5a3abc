package dev.weft.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Simulated agents, each with a connection of its own, that follow some services of the {@link Fleet}. */
final class Subscribers implements AutoCloseable {
    /** What was asked for and is not there is answered last: then everything else has been said. */
    private static final String NOBODY = "outbound|0||nobody.default.svc.cluster.local";

    private final int port;
    private final List<Agent> agents = new ArrayList<>();
    private final int[] followers = new int[Fleet.SERVICES];
    private final AtomicReferenceArray<Change> changes = new AtomicReferenceArray<>(Fleet.SERVICES);
    private final boolean[] isAway = new boolean[Fleet.SERVICES];
    private final AtomicLong resources = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Semaphore told = new Semaphore(0);

    /** One endpoint that has come or gone, until all who follow the service know. */
    static final class Change {
        private final long since;
        private final String address;
        private final boolean comes;
        private final AtomicInteger waiting;
        private final Semaphore done = new Semaphore(0);
        private volatile long nanos;

        Change(long since, String address, boolean comes, int waiting) {
            this.since = since;
            this.address = address;
            this.comes = comes;
            this.waiting = new AtomicInteger(waiting);
        }

        /** How long it took; waits for its end. */
        long nanos() {
            done.acquireUninterruptibly();
            done.release();
            return nanos;
        }

        private void seen() {
            if (waiting.decrementAndGet() == 0) {
                nanos = System.nanoTime() - since;
                done.release();
            }
        }
    }

    /**
     * @param agents how many
     * @param names that each follows, chosen at random
     */
    Subscribers(int port, int agents, int names) {
        this.port = port;
        Random random = new Random(1);
        for (int i = 0; i < agents; i++) {
            Set<Integer> services = new HashSet<>();
            while (services.size() < names) {
                services.add(names == Fleet.SERVICES ? services.size() : random.nextInt(Fleet.SERVICES));
            }
            services.forEach(service -> followers[service]++);
            this.agents.add(new Agent(i, List.copyOf(services)));
        }
    }

    /** All of them connect, and know what they follow when this returns; what they hold is not to be sent again. */
    void connect() {
        agents.forEach(Agent::connect);
        told.acquireUninterruptibly(agents.size());
    }

    void disconnect() {
        agents.forEach(Agent::disconnect);
    }

    boolean isFollowed(int service) {
        return followers[service] > 0;
    }

    int followers(int service) {
        return followers[service];
    }

    /** Whether the last change of a service is still on its way to someone. */
    boolean isChanging(int service) {
        Change last = changes.get(service);
        return last != null && last.waiting.get() > 0;
    }

    /** One endpoint of a service comes or goes. @param since when it should have been done */
    Change change(Fleet fleet, int service, long since) {
        boolean comes = isAway[service];
        isAway[service] = !comes;
        Change change = new Change(since, Fleet.changingAddress(service), comes, followers[service]);
        changes.set(service, change);
        fleet.change(service, comes);
        return change;
    }

    /** Resources that were sent to all of them together. */
    long resources() {
        return resources.get();
    }

    /** Bytes of all responses. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        disconnect();
    }

    private final class Agent {
        private final int number;
        private final List<Integer> services;
        private final Map<String, Map<String, String>> versions = new HashMap<>();
        private @Nullable ManagedChannel channel;
        private @Nullable DeltaClient client;

        Agent(int number, List<Integer> services) {
            this.number = number;
            this.services = services;
        }

        void connect() {
            ManagedChannel opened = DeltaClient.channel(port);
            DeltaClient connected =
                    new DeltaClient(opened, "shop", "10.100." + number / 250 + "." + (number % 250 + 1), this::heard);
            channel = opened;
            client = connected;
            List<String> clusters = services.stream().map(Fleet::cluster).toList();
            subscribe(
                    connected,
                    DeltaClient.LISTENER,
                    services.stream().map(Fleet::host).toList());
            subscribe(connected, DeltaClient.ROUTES, clusters);
            subscribe(connected, DeltaClient.CLUSTER, clusters);
            subscribe(connected, DeltaClient.ENDPOINTS, clusters);
            connected.subscribe(DeltaClient.ENDPOINTS, List.of(NOBODY));
        }

        private synchronized void subscribe(DeltaClient connected, String type, List<String> names) {
            connected.subscribe(type, names, Map.copyOf(versions.computeIfAbsent(type, t -> new HashMap<>())));
        }

        void disconnect() {
            if (client != null && channel != null) {
                client.close();
                channel.shutdownNow();
            }
        }

        private synchronized void heard(DeltaDiscoveryResponse response) {
            resources.addAndGet(response.getResourcesCount());
            bytes.addAndGet(response.getSerializedSize());
            for (Resource resource : response.getResourcesList()) {
                versions.computeIfAbsent(response.getTypeUrl(), t -> new HashMap<>())
                        .put(resource.getName(), resource.getVersion());
                if (response.getTypeUrl().equals(DeltaClient.ENDPOINTS)) {
                    apply(resource);
                }
            }
            if (response.getRemovedResourcesList().contains(NOBODY)) {
                told.release();
            }
        }

        private void apply(Resource resource) {
            Change change = changes.get(Fleet.service(resource.getName()));
            try {
                ClusterLoadAssignment assignment =
                        ClusterLoadAssignment.parseFrom(resource.getResource().getValue());
                if (change != null && has(assignment, change.address) == change.comes) {
                    change.seen();
                }
            } catch (InvalidProtocolBufferException malformed) {
                throw new IllegalStateException(malformed);
            }
        }
    }

    static boolean has(ClusterLoadAssignment assignment, String address) {
        return assignment.getEndpointsList().stream()
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .anyMatch(endpoint -> endpoint.getEndpoint()
                        .getAddress()
                        .getSocketAddress()
                        .getAddress()
                        .equals(address));
    }
}
