package dev.weft.proxy.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A server with upstreams, a client, and time that tests turn. */
final class Rig implements AutoCloseable {
    static final MeshNames.Service ORDERS = new MeshNames.Service(
            "orders.default.svc.cluster.local", List.of(address("240.240.0.7")), Set.of(80, 8080), List.of());
    static final MeshNames.Service STOCK = new MeshNames.Service(
            "stock.default.svc.cluster.local",
            List.of(address("240.240.0.8"), address("fd77::8")),
            Set.of(80),
            List.of(
                    new MeshNames.Target(address("10.0.0.1"), 8080, 0, 3),
                    new MeshNames.Target(address("10.0.0.2"), 8080, 1, 1),
                    new MeshNames.Target(address("fd00::2"), 9090, 1, 1)));

    final List<Upstream> upstreams = new ArrayList<>();
    final AtomicReference<HandTime> time = new AtomicReference<>();
    final DnsServer server;
    final Client client;

    /**
     * @param servers how many upstreams
     * @param more lines of resolv.conf
     */
    Rig(Path directory, int servers, String more, int mostWaiting) throws IOException {
        this(directory, servers, more, mostWaiting, new Names());
    }

    Rig(Path directory, int servers, String more, int mostWaiting, MeshNames names) throws IOException {
        var conf = new StringBuilder(more).append('\n');
        int port = 0;
        for (int i = 0; i < servers; i++) {
            var upstream = new Upstream("127.0.0." + (i + 2), port);
            port = upstream.port();
            upstreams.add(upstream);
            conf.append("nameserver ").append(upstream.host()).append('\n');
        }
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, conf);
        var settings = new DnsSettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                file,
                Math.max(1, port),
                true,
                30,
                100,
                1 << 20,
                mostWaiting,
                4);
        server = started(settings, names);
        client = new Client(server.port());
    }

    Rig(Path directory, int servers, String more) throws IOException {
        this(directory, servers, more, 100);
    }

    private DnsServer started(DnsSettings settings, MeshNames names) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return DnsServer.start(settings, names, why -> {}, loop -> {
                    time.set(new HandTime(loop));
                    return time.get();
                });
            } catch (IOException taken) { // the port that was free for TCP is somebody else's for UDP
                if (tries == 20) {
                    throw taken;
                }
            }
        }
    }

    Upstream upstream(int i) {
        return upstreams.get(i);
    }

    void turn(Duration by) {
        time.get().turn(by);
    }

    long count(DnsEvent event) {
        return server.counts().getOrDefault(event, -1L);
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        for (Upstream upstream : upstreams) {
            upstream.close();
        }
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The mesh of these tests: {@code orders}, of which no instance is known, and {@code stock}. */
    static final class Names implements MeshNames {
        private final Map<String, Service> services = Map.of(
                "orders", ORDERS, ORDERS.host(), ORDERS, "stock", STOCK, STOCK.host(), STOCK, "shop.example", ORDERS);

        @Override
        public @Nullable Service find(String name) {
            return services.get(name);
        }

        @Override
        public boolean owns(InetAddress address) {
            return address.getHostAddress().startsWith("240.240.");
        }

        @Override
        public @Nullable String nameOf(InetAddress address) {
            return address.equals(ORDERS.addresses().get(0)) ? ORDERS.host() : null;
        }
    }
}
