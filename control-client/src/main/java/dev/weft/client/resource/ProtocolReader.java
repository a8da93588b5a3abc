package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Protocol;

/**
 * What the endpoints of a {@code Cluster} speak: {@code typed_extension_protocol_options} with {@code
 * upstreams.http.v3.HttpProtocolOptions}, and the fields that it has replaced. How an agent's application speaks is its own
 * affair, so nothing here is refused.
 */
final class ProtocolReader {
    private static final String OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    /** {@code ClusterProtocolSelection.USE_DOWNSTREAM_PROTOCOL}. */
    private static final int DOWNSTREAM = 1;

    private ProtocolReader() {}

    static Protocol read(Message cluster) {
        cluster.ignore(13, 14, 26, 36);
        for (Message entry : cluster.messages(36)) {
            if (entry.string(1).equals(OPTIONS)) {
                return options(Message.of(entry.message(2).bytes(2)));
            }
        }
        if (cluster.number(26) == DOWNSTREAM) {
            return Protocol.DOWNSTREAM;
        }
        return cluster.has(14) ? Protocol.HTTP2 : Protocol.UNSAID;
    }

    private static Protocol options(Message options) {
        if (options.has(4)) {
            return Protocol.DOWNSTREAM;
        }
        Message explicit = options.message(3);
        return explicit.has(2) ? Protocol.HTTP2 : explicit.has(1) ? Protocol.HTTP1 : Protocol.UNSAID;
    }
}
