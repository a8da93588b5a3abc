package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.HostRewrite;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code host_rewrite_specifier} of a {@code RouteAction}, and what a part of a split says instead. */
final class HostRewriteReader {
    private final String where;
    private final Findings findings;

    HostRewriteReader(String where, Findings findings) {
        this.where = where;
        this.findings = findings;
    }

    @Nullable
    HostRewrite ofRoute(Message action) {
        HostRewrite read = literal(action, 6);
        if (action.has(29)) {
            read = header(action.string(29));
        } else if (action.has(35)) {
            var substitution =
                    RegexReader.substitution(action.message(35), where + ".host_rewrite_path_regex", findings);
            read = substitution == null ? null : new HostRewrite.FromPath(substitution);
        } else if (action.wrapped(7, 0) != 0) {
            read = new HostRewrite.OfEndpoint();
        }
        return read;
    }

    @Nullable
    HostRewrite ofPart(Message cluster) {
        return literal(cluster, 11);
    }

    private @Nullable HostRewrite literal(Message owner, int field) {
        String host = owner.string(field);
        if (host.isEmpty()) {
            return null;
        }
        if (!HostRewrite.sendable(host)) {
            findings.refuse(where + ".host_rewrite_literal", "'" + host + "' can't be sent as a host");
            return null;
        }
        return new HostRewrite.Literal(host);
    }

    private @Nullable HostRewrite header(String name) {
        if (name.isEmpty()) {
            findings.refuse(where + ".host_rewrite_header", "a header without name");
            return null;
        }
        return new HostRewrite.FromHeader(name.toLowerCase(Locale.ROOT));
    }
}
