package dev.weft.client;

import dev.weft.client.ads.Connection;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.identity.ChannelContexts;
import dev.weft.client.identity.TokenFile;
import dev.weft.client.report.Log;
import java.io.IOException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Finds out what it takes to reach a control plane, each time anew: address, certificates, token. Blocks. */
final class Connector {
    private final Servers servers;
    private final ChannelContexts contexts;

    private volatile int count = 1;

    record Way(Server server, Connection connection) {}

    Connector(Servers servers, Log log) {
        this.servers = servers;
        this.contexts = new ChannelContexts(log::warn);
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
            var connection = new Connection(
                    server.target().resolve(), authority, tls == null ? null : contexts.of(tls), token(server));
            return new Way(server, connection);
        } catch (UnknownHostException e) {
            throw new IOException("unknown host " + e.getMessage(), e);
        }
    }

    private static @Nullable String token(Server server) throws IOException {
        var file = TokenFile.of(server.token());
        return file == null ? null : file.read("the control plane");
    }
}
