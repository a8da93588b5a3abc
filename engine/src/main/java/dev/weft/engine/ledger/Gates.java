package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.policy.Order;
import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.StatefulSession;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The guards of the snapshot in force, joined with what they count. */
final class Gates {
    private final RandomSource random;
    private final Order order;
    private volatile Map<Guard, Gate> known = Map.of();

    Gates(RandomSource random, Order order) {
        this.random = random;
        this.order = order;
    }

    /** What each guarded route holds its calls against, in order. Called from one thread at a time. */
    Map<Route, List<Gate>> join(Snapshot snapshot) {
        Map<Guard, Gate> before = known;
        Map<Guard, Gate> kept = new HashMap<>();
        Map<Route, List<Gate>> byRoute = new IdentityHashMap<>();
        for (VirtualHost host : snapshot.hosts()) {
            for (Route route : host.routes()) {
                if (route.guards().isEmpty()) {
                    continue;
                }
                List<Guard> inOrder = order.arranged(route.guards());
                inOrder.removeIf(Guard::idle);
                List<Gate> gates = new ArrayList<>();
                for (Guard guard : inOrder) {
                    gates.add(kept.computeIfAbsent(guard, one -> {
                        Gate old = before.get(one);
                        return old == null ? gate(one) : old;
                    }));
                }
                byRoute.put(route, List.copyOf(gates));
            }
        }
        known = Map.copyOf(kept);
        return byRoute;
    }

    Collection<Gate> all() {
        return known.values();
    }

    private Gate gate(Guard guard) {
        if (guard instanceof Fault fault) {
            return new FaultGate(fault, random);
        }
        if (guard instanceof GrpcTimeout timeout) {
            return new DeadlineGate(timeout);
        }
        if (guard instanceof ExpectedTimeout timeout) {
            return new DeadlineGate(timeout);
        }
        if (guard instanceof LocalRateLimit limit) {
            return new RateLimitGate(limit, random);
        }
        if (guard instanceof GlobalRateLimit limit) {
            return new QuotaGate(limit, random);
        }
        if (guard instanceof Breaker breaker) {
            return new BreakerGate(breaker);
        }
        if (guard instanceof AdmissionControl control) {
            return new AdmissionControlGate(control, random);
        }
        if (guard instanceof AdaptiveConcurrency adaptive) {
            return new AdaptiveGate(adaptive, random);
        }
        if (guard instanceof Bulkhead bulkhead) {
            return new BulkheadGate(bulkhead);
        }
        if (guard instanceof StatefulSession session) {
            return new SessionGate(session);
        }
        throw new IllegalStateException(guard.getClass().getSimpleName() + " has no gate");
    }
}
