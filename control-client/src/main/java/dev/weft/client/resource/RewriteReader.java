package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.PathRewrite;
import org.jspecify.annotations.Nullable;

/** The ways in which a route changes the path. */
final class RewriteReader {
    private static final String TEMPLATE =
            "type.googleapis.com/envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig";

    private final String where;
    private final Findings findings;

    RewriteReader(String where, Findings findings) {
        this.where = where;
        this.findings = findings;
    }

    /**
     * @param policy 0 where there is no such field
     * @param matched what the route's path is held against; null when that was refused
     */
    @Nullable
    PathRewrite read(Message owner, int prefix, int regex, int policy, @Nullable PathMatch matched) {
        boolean byPrefix = !owner.string(prefix).isEmpty();
        if ((byPrefix ? 1 : 0) + (owner.has(regex) ? 1 : 0) + (policy > 0 && owner.has(policy) ? 1 : 0) > 1) {
            findings.refuse(where, "rewrites the path in more than one way");
            return null;
        }
        try {
            if (byPrefix) {
                return new PathRewrite.Prefix(owner.string(prefix));
            }
            if (owner.has(regex)) {
                var read = RegexReader.substitution(owner.message(regex), where + ".regex_rewrite", findings);
                return read == null ? null : new PathRewrite.Regex(read);
            }
            return policy > 0 && owner.has(policy)
                    ? template(owner.message(policy).message(2), matched)
                    : null;
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable PathRewrite template(Message config, @Nullable PathMatch matched) {
        String at = where + ".path_rewrite_policy";
        if (!config.string(1).equals(TEMPLATE)) {
            findings.refuse(at, "'" + config.string(1) + "' is not known here");
            return null;
        }
        if (!(matched instanceof PathMatch.Template template)) {
            findings.refuse(at, "needs a path_match_policy with a template");
            return null;
        }
        return PathRewrite.Template.of(
                template.template(), Message.of(config.bytes(2)).string(1));
    }
}
