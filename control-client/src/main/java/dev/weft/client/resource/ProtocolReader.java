package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Protocol;

/**
 * What the endpoints of a {@code Cluster} speak: {@code typed_extension_protocol_options} with {@code
 * upstreams.http.v3.HttpProtocolOptions}, and the fields that it has replaced. How an agent's application speaks is its own
 * affair, so of that nothing is refused; filters that it wants in the way of a call are.
 */
final class ProtocolReader {
    private static final String OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private static final String CODEC = HttpFilters.FILTERS + "upstream_codec.v3.UpstreamCodec";
    /** {@code ClusterProtocolSelection.USE_DOWNSTREAM_PROTOCOL}. */
    private static final int DOWNSTREAM = 1;

    private final Findings findings;
    private boolean autoSan;

    ProtocolReader(Findings findings) {
        this.findings = findings;
    }

    /** Whether a peer must show the host of each request; there once it is read. */
    boolean autoSan() {
        return autoSan;
    }

    Protocol read(Message cluster) {
        cluster.ignore(13, 14, 26);
        autoSan = upstream(cluster.message(46));
        common(cluster.message(29));
        Protocol said = null;
        for (Message entry : cluster.messages(36)) {
            if (!entry.string(1).equals(OPTIONS)) {
                findings.unsupported("typed_extension_protocol_options '" + entry.string(1) + "'");
            } else if (said == null) {
                said = options(Message.of(entry.message(2).bytes(2)));
            }
        }
        if (said != null) {
            return said;
        }
        if (cluster.number(26) == DOWNSTREAM) {
            return Protocol.DOWNSTREAM;
        }
        return cluster.has(14) ? Protocol.HTTP2 : Protocol.UNSAID;
    }

    private Protocol options(Message options) {
        common(options.message(1));
        autoSan |= upstream(options.message(2));
        for (Message filter : options.messages(6)) {
            String url = filter.message(4).string(1);
            String name = "http filter '" + filter.string(1) + "' (" + url + ") of a cluster";
            if (filter.flag(6) || filter.flag(7)) {
                findings.unsupported(name);
            } else if (!url.equals(CODEC)) {
                findings.refuse("http_filters", name + " is required and not known here");
            }
        }
        Protocol said = said(options);
        options.ignore(3, 4, 5); // of the last, what is agreed upon counts, as everywhere here
        findings.unread(options, "upstreams.HttpProtocolOptions");
        return said;
    }

    private static Protocol said(Message options) {
        Message explicit = options.message(3);
        if (options.has(4)) {
            return Protocol.DOWNSTREAM;
        }
        return explicit.has(2) ? Protocol.HTTP2 : explicit.has(1) ? Protocol.HTTP1 : Protocol.UNSAID;
    }

    /** Times and sizes of a proxy's connections, none of which is done: each is named. */
    private void common(Message options) {
        findings.unread(options, "HttpProtocolOptions");
    }

    private boolean upstream(Message options) {
        boolean checked = options.flag(2);
        options.ignore(3); // says where the name for the other two is found
        findings.unread(options, "UpstreamHttpProtocolOptions");
        return checked;
    }
}
