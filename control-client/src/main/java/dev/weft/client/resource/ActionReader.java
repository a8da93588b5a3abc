package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.PathMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code RouteAction}. */
final class ActionReader {
    /** These decide where a call goes or what it asks for; leaving them out would misdirect it. */
    private static final int[] REFUSED = {2, 37, 39};

    private static final int[] HARMLESS = {20, 11, 25, 40};

    /** {@link RateLimitReader} reads them. */
    private static final int[] RATE_LIMITS = {13, 14};

    private final String where;
    private final Findings findings;
    private final Set<String> clusters;

    ActionReader(String where, Findings findings, Set<String> clusters) {
        this.where = where;
        this.findings = findings;
        this.clusters = clusters;
    }

    /** What the virtual host says for routes that don't say it themselves. */
    record Defaults(@Nullable Message retry, @Nullable Message hedge, List<Message> mirrors, Edits edits) {
        Defaults with(Edits route) {
            return new Defaults(retry, hedge, mirrors, route);
        }
    }

    /** Of requests and of answers. */
    record Edits(HeaderEdits requests, HeaderEdits answers) {
        Edits then(Edits around) {
            return new Edits(requests.then(around.requests), answers.then(around.answers));
        }
    }

    /** @param matched what the route's path is held against; null when that was refused */
    @Nullable
    Action read(Message action, Defaults defaults, boolean nonIdempotent, @Nullable PathMatch matched) {
        for (int field : REFUSED) {
            if (action.has(field)) {
                findings.refuse(where + "." + FieldNames.of("RouteAction", field), "not supported here");
            }
        }
        action.ignore(REFUSED);
        action.ignore(HARMLESS);
        action.ignore(RATE_LIMITS);
        var weighted = weighted(action);
        var retry = action.has(9) ? action.message(9) : defaults.retry();
        var hedge = action.has(27) ? action.message(27) : defaults.hedge();
        var policies = new RetryReader(where, findings).read(retry, hedge, nonIdempotent);
        var mirrors = mirrors(action.has(30) ? action.messages(30) : defaults.mirrors());
        long timeout = Durations.limit(action, 8, where + ".timeout", findings);
        // What Envoy allows a whole stream, retries included, is what a caller waits for.
        long stream = Durations.limit(action.message(36), 1, where + ".max_stream_duration", findings);
        var rewrite = new RewriteReader(where, findings).read(action, 5, 32, 41, matched);
        var hash = new HashPolicyReader(where, findings).read(action.messages(15));
        var host = new HostRewriteReader(where, findings).ofRoute(action);
        boolean told = action.flag(38); // also of the host of a part
        findings.unread(action, "RouteAction");
        if (weighted.isEmpty()) {
            return null;
        }
        var forward = new Action.Forward(
                weighted,
                Math.min(timeout, stream),
                policies.retry(),
                policies.hedge(),
                mirrors,
                defaults.edits().requests(),
                rewrite,
                hash,
                split(action.message(3)));
        var named = host == null && !told ? forward : forward.naming(host, told);
        HeaderEdits answers = defaults.edits().answers();
        return answers == HeaderEdits.NONE ? named : named.editingAnswers(answers);
    }

    private static Action.Split split(Message weighted) {
        String header = weighted.string(4).toLowerCase(Locale.ROOT);
        if (!header.isEmpty()) {
            return new Action.Split.Header(header);
        }
        return weighted.has(5) && weighted.message(5).flag(1) ? Action.Split.HASH : Action.Split.RANDOM;
    }

    private List<Action.WeightedCluster> weighted(Message action) {
        var labels = labels(action.message(4));
        if (action.has(1)) {
            String name = cluster(action.string(1), where);
            return name.isEmpty() ? List.of() : List.of(new Action.WeightedCluster(name, 1, HeaderEdits.NONE, labels));
        }
        List<Action.WeightedCluster> all = new ArrayList<>();
        if (!action.has(3)) {
            if (!named(action)) {
                findings.refuse(where, "names no cluster");
            }
            return all;
        }
        var group = action.message(3);
        // The sum is limited to 32 bits by the API; the engine adds in 31, so larger ones are halved.
        long sum = 0;
        for (Message cluster : group.messages(1)) {
            sum += weight(cluster);
        }
        if (sum == 0 || sum > 0xFFFF_FFFFL) {
            findings.refuse(where + ".weighted_clusters", "weights add up to " + sum);
            return all;
        }
        int shift = sum > Integer.MAX_VALUE ? 1 : 0;
        for (Message cluster : group.messages(1)) {
            var edits = HeaderEditReader.read(cluster, 4, 9, where, findings);
            var answers = HeaderEditReader.read(cluster, 5, 6, where, findings);
            new HttpFilters(where, where, findings).none(cluster, 10);
            String name = cluster(cluster.string(1), where + ".weighted_clusters");
            Map<String, String> both = new HashMap<>(labels);
            both.putAll(labels(cluster.message(3)));
            if (!name.isEmpty()) {
                var host = new HostRewriteReader(where + ".weighted_clusters", findings).ofPart(cluster);
                all.add(new Action.WeightedCluster(name, (int) (weight(cluster) >> shift), edits, both, host, answers));
            }
            findings.unread(cluster, "WeightedCluster.ClusterWeight");
        }
        group.ignore(3, 2, 4, 5);
        findings.unread(group, "WeightedCluster");
        return all;
    }

    /** {@code metadata_match}; what is no text is refused, since to leave it out would reach other endpoints. */
    private Map<String, String> labels(Message metadata) {
        return StructReader.of(metadata, "envoy.lb", where + ".metadata_match", findings)
                .texts();
    }

    /** Whether a cluster is named in a way that is refused already. */
    private static boolean named(Message action) {
        return action.has(2) || action.has(37) || action.has(39);
    }

    private static long weight(Message cluster) {
        return cluster.wrapped(2, 0) & 0xFFFF_FFFFL;
    }

    private String cluster(String name, String at) {
        if (name.isEmpty()) {
            findings.refuse(at, "a cluster without name");
        } else {
            clusters.add(name);
        }
        return name;
    }

    private List<Action.Mirror> mirrors(List<Message> policies) {
        List<Action.Mirror> all = new ArrayList<>();
        for (Message policy : policies) {
            String at = where + ".request_mirror_policies";
            int share = policy.has(3)
                    ? Fractions.perMillion(
                            policy.message(3),
                            at + ".runtime_fraction",
                            "RequestMirrorPolicy.runtime_fraction",
                            findings)
                    : Match.ALWAYS;
            String cluster = cluster(policy.string(1), at);
            if (!cluster.isEmpty()) {
                all.add(new Action.Mirror(cluster, share));
            }
        }
        return all;
    }
}
