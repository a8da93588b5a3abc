package dev.weft.client;

import dev.weft.client.ads.Connection;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.ChannelContexts;
import dev.weft.client.identity.TokenFile;
import dev.weft.client.report.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what it takes to reach a control plane, each time anew: addresses, certificates, token. Of a name with several
 * addresses that one comes first where somebody was last. Blocks.
 */
final class Connector {
    private final Servers servers;
    private final ChannelContexts contexts;
    private final Target.Lookup lookup;

    /** How often nobody was at an address of a server. */
    private final Map<Target, Integer> failures = new ConcurrentHashMap<>();

    private volatile int count = 1;

    /** @param connections to each of its addresses, in the order in which they are tried; at least one */
    record Way(Server server, List<Connection> connections) {
        Way {
            connections = List.copyOf(connections);
        }
    }

    Connector(Servers servers, Log log) {
        this(servers, log, InetAddress::getAllByName);
    }

    Connector(Servers servers, Log log, Target.Lookup lookup) {
        this.servers = servers;
        this.contexts = new ChannelContexts(log::warn);
        this.lookup = lookup;
    }

    /** Nobody was at the address that came first, or at the next one. */
    void failed(Way way) {
        failures.merge(way.server().target(), 1, Integer::sum);
    }

    /** How many control planes there were when they were looked up last. */
    int count() {
        return count;
    }

    /**
     * @param preference past the last one means the last one
     * @throws IOException with a message for people
     */
    Way way(int preference) throws IOException {
        var all = servers.find();
        count = all.size();
        var server = all.get(Math.min(preference, all.size() - 1));
        var tls = server.tls();
        String authority = server.target().authority();
        if (tls != null && tls.serverName() != null) {
            authority = tls.serverName();
        }
        try {
            var addresses = new ArrayList<>(server.target().resolve(lookup));
            Collections.rotate(addresses, -Math.floorMod(failures.getOrDefault(server.target(), 0), addresses.size()));
            var context = tls == null ? null : contexts.of(tls);
            String token = token(server);
            List<Connection> connections = new ArrayList<>(addresses.size());
            for (SocketAddress address : addresses) {
                connections.add(new Connection(address, authority, context, token));
            }
            return new Way(server, connections);
        } catch (UnknownHostException e) {
            throw new IOException("unknown host " + e.getMessage(), e);
        }
    }

    private static @Nullable String token(Server server) throws IOException {
        var file = TokenFile.of(server.token());
        return file == null ? null : file.read("the control plane");
    }
}
