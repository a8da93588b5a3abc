package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.HashPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code RouteAction.HashPolicy}. */
final class HashPolicyReader {
    /** What gRPC's servers say for one random value in each client (gRFC A42). */
    private static final String CHANNEL = "io.grpc.channel_id";

    private final String where;
    private final Findings findings;

    HashPolicyReader(String where, Findings findings) {
        this.where = where + ".hash_policy";
        this.findings = findings;
    }

    List<HashPolicy> read(List<Message> policies) {
        List<HashPolicy> all = new ArrayList<>();
        for (Message policy : policies) {
            try {
                var read = policy(policy, policy.flag(4));
                if (read != null) {
                    all.add(read);
                }
            } catch (IllegalArgumentException e) {
                findings.refuse(where, String.valueOf(e.getMessage()));
            }
        }
        return all;
    }

    private @Nullable HashPolicy policy(Message policy, boolean terminal) {
        if (policy.has(1)) {
            var header = policy.message(1);
            String name = header.string(1).toLowerCase(Locale.ROOT);
            if (!header.has(2)) {
                return new HashPolicy.Header(name, null, terminal);
            }
            var rewrite = RegexReader.substitution(header.message(2), where + ".header.regex_rewrite", findings);
            return rewrite == null ? null : new HashPolicy.Header(name, rewrite, terminal);
        }
        if (policy.has(2)) {
            var cookie = policy.message(2);
            if (cookie.has(2)) {
                // A caller has no browser behind it that would keep a cookie that we make.
                findings.unsupported("RouteAction.HashPolicy.Cookie.ttl");
            }
            return new HashPolicy.Cookie(cookie.string(1), terminal);
        }
        if (policy.has(5)) {
            return new HashPolicy.Query(policy.message(5).string(1), terminal);
        }
        if (policy.has(3)) {
            return policy.message(3).flag(1) ? new HashPolicy.SourceAddress(terminal) : null; // as in Envoy
        }
        String key = policy.message(6).string(1);
        if (key.equals(CHANNEL)) {
            return new HashPolicy.Source(terminal);
        }
        findings.unsupported(
                policy.has(6) ? "RouteAction.HashPolicy.filter_state '" + key + "'" : "RouteAction.hash_policy");
        return null;
    }
}
