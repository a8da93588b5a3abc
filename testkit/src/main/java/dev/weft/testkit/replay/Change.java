package dev.weft.testkit.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What other rules make of a call, in words; of several differences the one that comes first on the way of a call.
 *
 * @param what differs
 */
record Change(What what, String from, String to) {
    /** What may differ, in the order of a call. */
    enum What {
        MESH,
        ROUTE,
        CLUSTER,
        GUARDS,
        PATH,
        HOST,
        ANSWER,
        ATTEMPTS;

        String words() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Answers that chance gives, or who else calls at the moment: not compared where the rules are equal. */
    private static final Set<String> BY_CHANCE = Set.of(
            "fault_filter_abort",
            "local_rate_limited",
            "request_rate_limited",
            "rate_limiter_error",
            "denied_by_admission_control",
            "reached_concurrency_limit");

    /** The same of a cluster's limits, which are no guards of a route. */
    private static final Set<String> OVERFLOW = Set.of("overflow", "drop_overload", "unconditional_drop_overload");

    /** How a call ended that says nothing of rules: the application gave up, or the agent had just begun. */
    private static final Set<String> BY_OTHERS = Set.of("cancelled", "cold");

    /** Null where both are alike, but for what chance decides by equal rules. */
    static @Nullable Change between(Verdict before, Verdict after) {
        boolean untold = BY_OTHERS.contains(before.by());
        if (before.by().equals("pass") != after.by().equals("pass")) {
            return before.by().equals("cold") ? null : new Change(What.MESH, mesh(before), mesh(after));
        }
        if (before.by().equals("cold")) {
            return null;
        }
        if (!before.host().equals(after.host()) || !before.route().equals(after.route())) {
            return new Change(What.ROUTE, route(before), route(after));
        }
        if (!shares(before).equals(shares(after))) {
            return new Change(What.CLUSTER, shares(before), shares(after));
        }
        if (!before.guards().equals(after.guards())) {
            return new Change(What.GUARDS, guards(before), guards(after));
        }
        if (!untold && before.attempts() > 0 && after.attempts() > 0) {
            if (!before.path().equals(after.path())) {
                return new Change(What.PATH, written(before.path()), written(after.path()));
            }
            // A part of a split may have a host of its own, and which part it is chance decides.
            if (!before.authority().equals(after.authority())
                    && before.cluster().equals(after.cluster())) {
                return new Change(What.HOST, written(before.authority()), written(after.authority()));
            }
        }
        if (untold || byChance(before, after)) {
            return null;
        }
        if (!before.answer().equals(after.answer())) {
            return new Change(What.ANSWER, before.answer(), after.answer());
        }
        return before.attempts() == after.attempts()
                ? null
                : new Change(What.ATTEMPTS, String.valueOf(before.attempts()), String.valueOf(after.attempts()));
    }

    /** Asked where route and guards are equal. Which cluster of a split it is, and so whose limits, chance decides too. */
    private static boolean byChance(Verdict before, Verdict after) {
        boolean overflow = OVERFLOW.contains(before.by()) || OVERFLOW.contains(after.by());
        boolean sameLimits =
                !before.cluster().equals(after.cluster()) || before.limits().equals(after.limits());
        return BY_CHANCE.contains(before.by()) || BY_CHANCE.contains(after.by()) || overflow && sameLimits;
    }

    private static String mesh(Verdict verdict) {
        return verdict.by().equals("pass") ? "outside the mesh" : "in the mesh";
    }

    private static String route(Verdict verdict) {
        return place(verdict) + (verdict.cluster().isEmpty() ? "" : ", " + shares(verdict));
    }

    /** Virtual host and route. */
    static String place(Verdict verdict) {
        if (verdict.host().isEmpty()) {
            return "no route";
        }
        return verdict.host() + " route " + (verdict.route().isEmpty() ? "(unnamed)" : verdict.route());
    }

    private static String written(String sent) {
        return sent.isEmpty() ? "as it was written" : sent;
    }

    private static String guards(Verdict verdict) {
        return verdict.guards().isEmpty() ? "none" : String.join(" ", verdict.guards());
    }

    /** Where the route sends its calls, in percent; what chance then makes of it is no difference. */
    private static String shares(Verdict verdict) {
        long sum = verdict.weights().values().stream()
                .mapToLong(Integer::longValue)
                .sum();
        if (sum == 0) {
            return verdict.cluster();
        }
        List<String> shares = new ArrayList<>();
        for (Map.Entry<String, Integer> cluster : new TreeMap<>(verdict.weights()).entrySet()) {
            if (cluster.getValue() == sum) {
                return cluster.getKey();
            }
            if (cluster.getValue() > 0) {
                shares.add(
                        String.format(Locale.ROOT, "%.2f %% %s", 100.0 * cluster.getValue() / sum, cluster.getKey()));
            }
        }
        return String.join(", ", shares);
    }
}
