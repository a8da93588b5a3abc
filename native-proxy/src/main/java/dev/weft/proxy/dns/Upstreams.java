package dev.weft.proxy.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The servers that are asked, and in which order: that of resolv.conf, because the first may know names that the
 * others don't. Only one that was silent three times in a row is asked last for thirty seconds, so that clients don't
 * wait for it at every name; after that, one more silence is enough.
 */
final class Upstreams {
    private static final long AVOIDED_NANOS = 30_000_000_000L;
    private static final int MOST_SILENCES = 3;

    private final int port;
    private ResolvConf conf = ResolvConf.parse("");
    private int turn;
    private final Map<InetAddress, Silence> silent = new HashMap<>();

    /**
     * @param count in a row
     */
    private record Silence(int count, long last) {}

    Upstreams(int port) {
        this.port = port;
    }

    void use(ResolvConf next) {
        conf = next;
        silent.clear();
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
            var silence = silent.get(server);
            var to = new InetSocketAddress(server, port);
            if (silence != null && silence.count >= MOST_SILENCES && now - silence.last < AVOIDED_NANOS) {
                last.add(to);
            } else {
                order.add(to);
            }
        }
        order.addAll(last);
        return order;
    }

    void silent(InetSocketAddress server, long now) {
        var before = silent.get(server.getAddress());
        silent.put(server.getAddress(), new Silence(before == null ? 1 : before.count + 1, now));
    }

    void answered(InetSocketAddress server) {
        silent.remove(server.getAddress());
    }
}
