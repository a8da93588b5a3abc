package dev.weft.client.warm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GuardingTest {
    private static final Guard IDLE = fault("listener", 0);

    private static Fault fault(String scope, int percent) {
        var abort = new Fault.Abort(500, -1, new Fault.Share(percent, 100));
        return new Fault(scope, null, abort, "", List.of(), Integer.MAX_VALUE);
    }

    private static List<Route> routes(Guard... guards) {
        return List.of(new Route("r", Match.ANY, Action.Forward.to("c"), List.of(guards)));
    }

    @Test
    void aRouteWinsOverItsListener() {
        Guard own = fault("route", 10);
        assertEquals(routes(own), Guarding.routes(List.of(fault("listener", 20)), routes(own)));
        assertEquals(routes(), Guarding.routes(List.of(fault("listener", 20)), routes(fault("route", 0))));
    }

    @Test
    void aListenersFilterCountsForRoutesThatSayNothing() {
        Guard filter = fault("listener", 20);
        assertEquals(routes(filter), Guarding.routes(List.of(filter), routes()));
    }

    @Test
    void whatIsNotInTheChainDoesNothing() {
        assertEquals(routes(), Guarding.routes(List.of(), routes(fault("route", 10))));
    }

    @Test
    void routesThatNothingGuardsStayTheSameObjects() {
        List<Route> plain = routes();
        assertSame(plain, Guarding.routes(List.of(IDLE), plain));
    }
}
