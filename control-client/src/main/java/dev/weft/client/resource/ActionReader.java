package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code RouteAction}. */
final class ActionReader {
    /** These decide where a call goes or what it asks for; leaving them out would misdirect it. */
    private static final int[] REFUSED = {2, 37, 39, 4, 5, 32, 41, 6, 7, 29, 35};

    private static final int[] HARMLESS = {20, 11, 25, 40, 24, 23, 36, 38};

    private final String where;
    private final Findings findings;
    private final Set<String> clusters;

    ActionReader(String where, Findings findings, Set<String> clusters) {
        this.where = where;
        this.findings = findings;
        this.clusters = clusters;
    }

    /** What the virtual host says for routes that don't say it themselves. */
    record Defaults(
            @Nullable Message retry, @Nullable Message hedge, List<Message> mirrors, HeaderEditReader.Edits edits) {
        Defaults with(HeaderEditReader.Edits route) {
            return new Defaults(retry, hedge, mirrors, route);
        }
    }

    Action read(Message action, Defaults defaults, boolean nonIdempotent) {
        for (int field : REFUSED) {
            if (action.has(field)) {
                findings.refuse(where + "." + FieldNames.of("RouteAction", field), "not supported here");
            }
        }
        action.ignore(REFUSED);
        action.ignore(HARMLESS);
        var weighted = weighted(action);
        var retry = action.has(9) ? action.message(9) : defaults.retry();
        var hedge = action.has(27) ? action.message(27) : defaults.hedge();
        var policies = new RetryReader(where, findings).read(retry, hedge, nonIdempotent);
        var mirrors = mirrors(action.has(30) ? action.messages(30) : defaults.mirrors());
        long timeout = Durations.limit(action, 8, where + ".timeout", findings);
        findings.unread(action, "RouteAction");
        return new Action.Forward(
                weighted,
                timeout,
                policies.retry(),
                policies.hedge(),
                mirrors,
                defaults.edits().toHeaderEdits());
    }

    private List<Action.WeightedCluster> weighted(Message action) {
        if (action.has(1)) {
            return List.of(new Action.WeightedCluster(cluster(action.string(1), where), 1, HeaderEdits.NONE));
        }
        List<Action.WeightedCluster> all = new ArrayList<>();
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
            var edits = HeaderEditReader.read(cluster, 4, 9, where, findings).toHeaderEdits();
            PerFilter.check(cluster, 10, where, findings);
            all.add(new Action.WeightedCluster(
                    cluster(cluster.string(1), where + ".weighted_clusters"), (int) (weight(cluster) >> shift), edits));
            findings.unread(cluster, "WeightedCluster.ClusterWeight");
        }
        group.ignore(3, 2);
        findings.unread(group, "WeightedCluster");
        return all;
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
            int share = policy.has(3) ? perMillion(policy.message(3).message(1)) : 1_000_000;
            all.add(new Action.Mirror(cluster(policy.string(1), where + ".request_mirror_policies"), share));
        }
        return all;
    }

    private int perMillion(Message fraction) {
        long factor = switch ((int) fraction.number(2)) {
            case 0 -> 10_000;
            case 1 -> 100;
            default -> 1;
        };
        long share = fraction.number(1) * factor;
        if (share < 0 || share > 1_000_000) {
            findings.refuse(where + ".request_mirror_policies.runtime_fraction", "above the whole");
            return 0;
        }
        return (int) share;
    }
}
