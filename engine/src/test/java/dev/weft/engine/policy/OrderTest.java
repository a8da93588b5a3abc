package dev.weft.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.StatefulSession;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderTest {
    @Test
    void everyGuardHasOnePlaceInTheOrder() {
        List<Guard> all = List.of(
                new GrpcTimeout("g", 1, 0),
                new ExpectedTimeout("e", true),
                new Fault("f", null, null, "", List.of(), 1),
                new LocalRateLimit("l", null, List.of(), List.of(), true, 1, 1, LocalRateLimit.Answer.DEFAULT),
                new GlobalRateLimit(
                        "q",
                        "c",
                        "d",
                        0,
                        RateLimits.OfHost.OVERRIDE,
                        1,
                        false,
                        500,
                        1,
                        1,
                        LocalRateLimit.Answer.DEFAULT,
                        true),
                new Breaker("b", 50, 100, 1, new Breaker.Window.Calls(10), 10, 1, 1),
                new Bulkhead("k", 1, 0, 1),
                new AdmissionControl("c", true, List.of(), 1_000_000_000, 1, 1, 0, 1),
                new AdaptiveConcurrency("a", true, 0.5, 9, 1, new AdaptiveConcurrency.MinRtt.Fixed(1), 3, 0.25, 503),
                new StatefulSession("s", new StatefulSession.Key.Header("x-session"), false));
        Set<Class<?>> kinds = new HashSet<>();
        Set<Integer> places = new HashSet<>();
        for (Guard guard : all) {
            kinds.add(guard.getClass());
            places.add(Order.place(guard));
        }
        assertEquals(Set.of(Guard.class.getPermittedSubclasses()), kinds);
        assertEquals(all.size(), places.size());
    }
}
