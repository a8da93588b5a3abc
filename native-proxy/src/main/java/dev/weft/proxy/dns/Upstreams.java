package dev.weft.proxy.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The servers that are asked, and in which order. One that has just failed to answer is asked last for
 * thirty seconds: clients should not wait for it at every name.
 */
final class Upstreams {
    private static final long AVOIDED_NANOS = 30_000_000_000L;

    private final int port;
    private ResolvConf conf = ResolvConf.parse("");
    private int turn;
    private final Map<InetAddress, Long> failed = new HashMap<>();

    Upstreams(int port) {
        this.port = port;
    }

    void use(ResolvConf next) {
        conf = next;
        failed.clear();
    }

    ResolvConf conf() {
        return conf;
    }

    /** Every server once. */
    List<InetSocketAddress> order(long now) {
        List<InetSocketAddress> order = new ArrayList<>();
        List<InetSocketAddress> last = new ArrayList<>();
        int count = conf.servers().size();
        int first = conf.isRotating() && count > 0 ? Math.floorMod(turn++, count) : 0;
        for (int i = 0; i < count; i++) {
            var server = conf.servers().get((first + i) % count);
            Long since = failed.get(server);
            var to = new InetSocketAddress(server, port);
            if (since != null && now - since < AVOIDED_NANOS) {
                last.add(to);
            } else {
                order.add(to);
            }
        }
        order.addAll(last);
        return order;
    }

    void failed(InetSocketAddress server, long now) {
        failed.put(server.getAddress(), now);
    }

    void answered(InetSocketAddress server) {
        failed.remove(server.getAddress());
    }
}
