package dev.weft.engine.ledger;

import dev.weft.engine.policy.Ejecting;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.OutlierPolicy.FailurePercentage;
import dev.weft.engine.snapshot.OutlierPolicy.SuccessRate;
import java.util.ArrayList;
import java.util.List;

/** The end of one interval: what each endpoint did in it, and who is an outlier for it. */
final class Interval {
    private final OutlierPolicy policy;
    private final LiveEndpoint[] all;
    private final long end;

    Interval(OutlierPolicy policy, LiveEndpoint[] all, long end) {
        this.policy = policy;
        this.all = all;
        this.end = end;
    }

    /** @param rate percent of successes */
    private record Rated(EndpointStats numbers, double rate, long volume) {}

    /** What happened until now is not to be judged. */
    void forget() {
        for (LiveEndpoint endpoint : all) {
            counted(endpoint.stats());
        }
    }

    void judge(Outliers outliers) {
        List<Rated> answers = new ArrayList<>();
        List<Rated> connects = new ArrayList<>();
        for (LiveEndpoint endpoint : all) {
            EndpointStats numbers = endpoint.stats();
            long[] counts = counted(numbers);
            if (numbers.ejected(end)) {
                continue;
            }
            long successes = counts[0];
            long local = policy.splitLocal() ? counts[2] : 0;
            long external = counts[1] - local;
            rate(numbers, successes, external, answers);
            if (policy.splitLocal()) {
                rate(numbers, successes + external, local, connects);
            }
        }
        SuccessRate rates = policy.successRate();
        FailurePercentage shares = policy.failurePercentage();
        successRate(outliers, answers, rates.enforcing(), Ejection.SUCCESS_RATE);
        failurePercentage(outliers, answers, shares.enforcing(), Ejection.FAILURE_PERCENTAGE);
        successRate(outliers, connects, rates.enforcingLocal(), Ejection.SUCCESS_RATE_LOCAL_ORIGIN);
        failurePercentage(outliers, connects, shares.enforcingLocal(), Ejection.FAILURE_PERCENTAGE_LOCAL_ORIGIN);
    }

    /** Successes, failures and local failures since the last interval's end. */
    private static long[] counted(EndpointStats numbers) {
        long successes = numbers.successes();
        long failures = numbers.failures.sum();
        long local = numbers.memory.localFailures.sum();
        long[] counts = {
            successes - numbers.memory.seenSuccesses,
            failures - numbers.memory.seenFailures,
            local - numbers.memory.seenLocalFailures
        };
        numbers.memory.seenSuccesses = successes;
        numbers.memory.seenFailures = failures;
        numbers.memory.seenLocalFailures = local;
        return counts;
    }

    private static void rate(EndpointStats numbers, long good, long bad, List<Rated> into) {
        if (good + bad > 0) {
            into.add(new Rated(numbers, 100.0 * good / (good + bad), good + bad));
        }
    }

    private void successRate(Outliers outliers, List<Rated> rated, int enforcing, Ejection why) {
        SuccessRate rule = policy.successRate();
        List<Rated> judged = atLeast(rule.requestVolume(), rated);
        if (judged.isEmpty() || judged.size() < rule.minimumHosts()) {
            return;
        }
        double[] rates = new double[judged.size()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = judged.get(i).rate;
        }
        double threshold = Ejecting.successRateThreshold(rule, rates);
        for (Rated one : judged) {
            if (one.rate < threshold) {
                outliers.eject(one.numbers, why, enforcing, end);
            }
        }
    }

    private void failurePercentage(Outliers outliers, List<Rated> rated, int enforcing, Ejection why) {
        FailurePercentage rule = policy.failurePercentage();
        List<Rated> judged = atLeast(rule.requestVolume(), rated);
        if (judged.size() < rule.minimumHosts()) {
            return;
        }
        for (Rated one : judged) {
            if (100 - one.rate >= rule.threshold()) {
                outliers.eject(one.numbers, why, enforcing, end);
            }
        }
    }

    private static List<Rated> atLeast(int volume, List<Rated> rated) {
        List<Rated> judged = new ArrayList<>();
        for (Rated one : rated) {
            if (one.volume >= volume) {
                judged.add(one);
            }
        }
        return judged;
    }
}
