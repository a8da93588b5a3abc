package dev.weft.engine.ledger;

import dev.weft.engine.balance.ReportedLoad;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.SlowStart;
import java.util.List;

/** How much each endpoint is to take at a time: as it is configured, as warm as it is, or as it says itself. */
final class Weighing {
    /** In so many steps a new endpoint is warmed up. */
    private static final int STEPS = 50;

    private final Balancer balancer;
    private final long now;
    private long until = Long.MAX_VALUE;

    Weighing(Balancer balancer, long now) {
        this.balancer = balancer;
        this.now = now;
    }

    /** When one of the weights will have changed. */
    long until() {
        return until;
    }

    double[] of(List<LiveEndpoint> use) {
        double[] weights = new double[use.size()];
        if (balancer instanceof Balancer.ClientSideWeighted reported) {
            until = Math.min(until, now + reported.updateNanos());
            for (int i = 0; i < weights.length; i++) {
                ReportedLoad load = use.get(i).stats().memory.load;
                weights[i] = load == null ? 0 : load.weight(reported, now);
            }
            return ReportedLoad.complete(weights);
        }
        SlowStart slow = balancer.slowStart();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = use.get(i).config().weight() * (slow == null ? 1 : warmth(slow, use.get(i)));
        }
        return weights;
    }

    private double warmth(SlowStart slow, LiveEndpoint endpoint) {
        if (endpoint.config().health() != Health.HEALTHY) {
            return 1;
        }
        long since = healthySince(endpoint.stats());
        if (now - since >= slow.windowNanos()) {
            return 1;
        }
        until = Math.min(until, now + Math.max(1, slow.windowNanos() / STEPS));
        return slow.factor(now - since);
    }

    private long healthySince(EndpointStats numbers) {
        if (numbers.memory.healthySince == EndpointStats.NEVER) {
            numbers.memory.healthySince = now;
        }
        return numbers.memory.healthySince;
    }
}
