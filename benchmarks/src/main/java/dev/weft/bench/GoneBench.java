package dev.weft.bench;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Until its callers know that an instance is gone: killed, so that its connections end, or stopped, so that they don't. */
final class GoneBench {
    private static final int MEMBERS = 4;
    private static final long APART_MILLIS = 1_300;
    private static final Pattern READY = Pattern.compile("knows (\\d+) clusters");

    private GoneBench() {}

    static void run(Home home, String jdk) throws IOException {
        try (ControlPlaneProcess server = new ControlPlaneProcess(home, Files.createTempDirectory("weft-bench"))) {
            List<Death> deaths = new ArrayList<>();
            for (int i = 0; i < MEMBERS; i++) {
                deaths.add(new Death(home, server, "killed-" + i));
                deaths.add(new Death(home, server, "stopped-" + i));
            }
            for (int i = 0; i < deaths.size(); i++) {
                deaths.get(i).die(i % 2 == 0 ? Started::kill : Started::stop);
                pause();
            }
            double killed = 0;
            double stopped = 0;
            for (int i = 0; i < deaths.size(); i += 2) {
                killed = Math.max(killed, deaths.get(i).seconds());
                stopped = Math.max(stopped, deaths.get(i + 1).seconds());
            }
            deaths.forEach(Death::close);
            Rounds.result("xds.killed_instance_gone_s" + jdk, killed, "s");
            Rounds.result("xds.stopped_instance_gone_s" + jdk, stopped, "s");
        }
    }

    /** They must not die together: the control plane would take that for a failure of its own. */
    private static void pause() {
        try {
            Thread.sleep(APART_MILLIS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static final class Death implements AutoCloseable {
        private final Started member;
        private final ManagedChannel channel;
        private final DeltaClient caller;
        private final Semaphore found = new Semaphore(0);
        private final Semaphore gone = new Semaphore(0);
        private long diedAt;
        private volatile long goneAt;

        Death(Home home, ControlPlaneProcess server, String service) {
            channel = DeltaClient.channel(server.port());
            caller = new DeltaClient(channel, "caller", "10.98.0.1", this::heard);
            caller.subscribe(DeltaClient.ENDPOINTS, List.of("outbound|0||" + service + ".default.svc.cluster.local"));
            member = Started.until(READY, AgentConfigBench.command(home, server, service, 0), Map.of());
            found.acquireUninterruptibly();
        }

        private void heard(DeltaDiscoveryResponse response) {
            for (Resource resource : response.getResourcesList()) {
                try {
                    ClusterLoadAssignment assignment = ClusterLoadAssignment.parseFrom(
                            resource.getResource().getValue());
                    if (assignment.getEndpointsCount() > 0) {
                        found.release();
                    } else if (diedAt != 0) {
                        goneAt = System.nanoTime();
                        gone.release();
                    }
                } catch (IOException malformed) {
                    throw new IllegalStateException(malformed);
                }
            }
        }

        void die(Consumer<Started> how) {
            diedAt = System.nanoTime();
            how.accept(member);
        }

        double seconds() {
            gone.acquireUninterruptibly();
            return (goneAt - diedAt) / 1e9;
        }

        @Override
        public void close() {
            member.kill();
            caller.close();
            channel.shutdownNow();
        }
    }
}
