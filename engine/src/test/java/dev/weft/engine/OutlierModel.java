package dev.weft.engine;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.ledger.Ejection;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.OutlierPolicy.InARow;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Outlier detection as plainly as it can be said: everything that happened is kept in lists, and every
 * question is answered by reading them from the end or from the beginning.
 */
final class OutlierModel {
    private static final Set<Outcome> BAD = EnumSet.of(
            Outcome.SERVER_FAILURE,
            Outcome.UNAVAILABLE,
            Outcome.CONNECT_FAILURE,
            Outcome.UNSENT,
            Outcome.RESET,
            Outcome.DEADLINE);
    private static final Set<Outcome> LOCAL =
            EnumSet.of(Outcome.CONNECT_FAILURE, Outcome.UNSENT, Outcome.RESET, Outcome.DEADLINE);

    private record Event(Outcome outcome, boolean wasOut) {}

    private record Out(long from, long until, int times, Ejection why) {}

    private final OutlierPolicy policy;
    private final List<List<Event>> events = new ArrayList<>();
    private final List<List<Out>> outs = new ArrayList<>();
    /** For each endpoint and rule: events before this one have been dealt with. */
    private final int[][] counted;

    private final int[] judged;
    private long intervalEnds = -1;

    OutlierModel(OutlierPolicy policy, int endpoints) {
        this.policy = policy;
        for (int i = 0; i < endpoints; i++) {
            events.add(new ArrayList<>());
            outs.add(new ArrayList<>());
        }
        counted = new int[endpoints][3];
        judged = new int[endpoints];
    }

    int ejections(int endpoint) {
        return outs.get(endpoint).size();
    }

    @Nullable
    Ejection why(int endpoint) {
        List<Out> all = outs.get(endpoint);
        return all.isEmpty() ? null : all.get(all.size() - 1).why;
    }

    long ejectedFor(int endpoint, long now) {
        List<Out> all = outs.get(endpoint);
        return all.isEmpty() ? 0 : Math.max(0, all.get(all.size() - 1).until - now);
    }

    void observe(int endpoint, Outcome outcome, long now) {
        if (policy.intervals()) {
            if (intervalEnds < 0) {
                intervalEnds = now + policy.intervalNanos();
            }
            if (now >= intervalEnds) {
                judge(intervalEnds);
                while (intervalEnds <= now) {
                    intervalEnds += policy.intervalNanos();
                }
            }
        }
        events.get(endpoint).add(new Event(outcome, ejectedFor(endpoint, now) > 0));
        if (!BAD.contains(outcome)) {
            return;
        }
        boolean split = policy.splitLocal();
        Set<Outcome> apart = split ? LOCAL : Set.of();
        if (apart.contains(outcome)) {
            inARow(endpoint, 2, policy.localFailures(), LOCAL::contains, o -> !LOCAL.contains(o), now);
            return;
        }
        Predicate<Outcome> bad = o -> BAD.contains(o) && !apart.contains(o);
        Predicate<Outcome> ends = o -> !BAD.contains(o);
        if (outcome != Outcome.SERVER_FAILURE) {
            Predicate<Outcome> gateway = o -> bad.test(o) && o != Outcome.SERVER_FAILURE;
            inARow(endpoint, 1, policy.gatewayFailures(), gateway, ends.or(o -> o == Outcome.SERVER_FAILURE), now);
        }
        inARow(endpoint, 0, policy.serverErrors(), bad, ends, now);
    }

    /** Reads the events backwards until one that ends the row. */
    private void inARow(
            int endpoint, int rule, InARow policy, Predicate<Outcome> counts, Predicate<Outcome> ends, long now) {
        List<Event> all = events.get(endpoint);
        int run = 0;
        for (int i = all.size() - 1; i >= counted[endpoint][rule]; i--) {
            Event event = all.get(i);
            if (ends.test(event.outcome)) {
                break;
            }
            run += counts.test(event.outcome) && !event.wasOut ? 1 : 0;
        }
        if (policy.count() > 0 && run >= policy.count()) {
            counted[endpoint][rule] = all.size();
            eject(endpoint, Ejection.values()[rule], 100, now);
        }
    }

    private void eject(int endpoint, Ejection why, int enforcing, long now) {
        int out = 0;
        for (int i = 0; i < outs.size(); i++) {
            out += ejectedFor(i, now) > 0 ? 1 : 0;
        }
        double percent = 100.0 * (out + 1) / outs.size();
        boolean allowed = percent <= policy.maxEjectionPercent() || policy.alwaysOne() && out == 0;
        if (ejectedFor(endpoint, now) > 0 || !allowed || enforcing == 0) {
            return;
        }
        List<Out> before = outs.get(endpoint);
        int times = 0;
        if (!before.isEmpty()) {
            Out last = before.get(before.size() - 1);
            times = last.times;
            for (long at = last.until + policy.intervalNanos(); at <= now && times > 0; at += policy.intervalNanos()) {
                times--;
            }
        }
        if (times * policy.baseEjectionNanos() < policy.maxEjectionNanos() + policy.baseEjectionNanos()) {
            times++;
        }
        long length = Math.min(times * policy.baseEjectionNanos(), policy.maxEjectionNanos());
        before.add(new Out(now, now + length, times, why));
        for (int rule = 0; rule < 3; rule++) {
            counted[endpoint][rule] = events.get(endpoint).size();
        }
    }

    private void judge(long end) {
        boolean split = policy.splitLocal();
        List<Integer> in = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (ejectedFor(i, end) == 0) {
                in.add(i);
            }
        }
        Predicate<Outcome> answers = o -> !split || !LOCAL.contains(o);
        OutlierPolicy.SuccessRate rates = policy.successRate();
        OutlierPolicy.FailurePercentage shares = policy.failurePercentage();
        rates(in, answers, BAD::contains, rates.enforcing(), Ejection.SUCCESS_RATE, end);
        shares(in, answers, BAD::contains, shares.enforcing(), Ejection.FAILURE_PERCENTAGE, end);
        if (split) {
            rates(in, o -> true, LOCAL::contains, rates.enforcingLocal(), Ejection.SUCCESS_RATE_LOCAL_ORIGIN, end);
            Ejection why = Ejection.FAILURE_PERCENTAGE_LOCAL_ORIGIN;
            shares(in, o -> true, LOCAL::contains, shares.enforcingLocal(), why, end);
        }
        for (int i = 0; i < events.size(); i++) {
            judged[i] = events.get(i).size();
        }
    }

    private List<Outcome> interval(int endpoint, Predicate<Outcome> of) {
        List<Outcome> some = new ArrayList<>();
        for (Event event : events.get(endpoint)
                .subList(judged[endpoint], events.get(endpoint).size())) {
            if (of.test(event.outcome)) {
                some.add(event.outcome);
            }
        }
        return some;
    }

    private static double rate(List<Outcome> all, Predicate<Outcome> bad) {
        long good = all.stream().filter(bad.negate()).count();
        return 100.0 * good / all.size();
    }

    private List<Integer> withVolume(List<Integer> in, Predicate<Outcome> of, int volume) {
        return in.stream()
                .filter(i -> !interval(i, of).isEmpty() && interval(i, of).size() >= volume)
                .toList();
    }

    private void rates(
            List<Integer> in, Predicate<Outcome> of, Predicate<Outcome> bad, int enforcing, Ejection why, long end) {
        List<Integer> some = withVolume(in, of, policy.successRate().requestVolume());
        if (some.isEmpty() || some.size() < policy.successRate().minimumHosts()) {
            return;
        }
        double[] all =
                some.stream().mapToDouble(i -> rate(interval(i, of), bad)).toArray();
        double mean = 0;
        for (double one : all) {
            mean += one;
        }
        mean /= all.length;
        double deviation = 0;
        for (double one : all) {
            deviation += Math.pow(one - mean, 2);
        }
        deviation = Math.sqrt(deviation / all.length);
        for (int i = 0; i < all.length; i++) {
            if (all[i] < mean - deviation * policy.successRate().stdevFactor() / 1000) {
                eject(some.get(i), why, enforcing, end);
            }
        }
    }

    private void shares(
            List<Integer> in, Predicate<Outcome> of, Predicate<Outcome> bad, int enforcing, Ejection why, long end) {
        List<Integer> some = withVolume(in, of, policy.failurePercentage().requestVolume());
        if (some.size() < policy.failurePercentage().minimumHosts()) {
            return;
        }
        for (int i : some) {
            if (100 - rate(interval(i, of), bad) >= policy.failurePercentage().threshold()) {
                eject(i, why, enforcing, end);
            }
        }
    }
}
