package dev.weft.engine.ledger;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Flight;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A call that begins while other rules come into force: it is decided by the ones or by the others. */
@JCStressTest
@Outcome(
        id = {"1, 1", "2, 2"},
        expect = ACCEPTABLE,
        desc = "route and endpoint are of one snapshot")
@Outcome(expect = FORBIDDEN, desc = "some of each")
@State
public class SwapRace {
    private static final Snapshot BEFORE = snapshot(1);
    private static final Snapshot AFTER = snapshot(2);

    private final Engine engine = new Engine(RacingRequest.FIRST, new Ambient(() -> true), call -> {}, bug -> {
        throw new IllegalStateException(bug);
    });

    public SwapRace() {
        engine.publish(BEFORE);
    }

    private static Snapshot snapshot(int version) {
        Route route = new Route(String.valueOf(version), Match.ANY, Action.Forward.to("a"));
        Cluster cluster = Cluster.of("a", List.of(Endpoint.of(new InetSocketAddress("10.0.0.1", version))));
        return new Snapshot(
                String.valueOf(version),
                new Directory(Directory.State.KNOWN, Map.of()),
                List.of(new VirtualHost("order", List.of("order"), List.of(route))),
                Map.of("a", cluster));
    }

    @Actor
    public void swaps() {
        engine.publish(AFTER);
    }

    @Actor
    public void calls(II_Result r) {
        Call call = engine.call(RacingRequest.ANY, false);
        call.start(0);
        r.r1 = call.route() == null ? 0 : Integer.parseInt(call.route().name());
        r.r2 = call.next(0) instanceof Flight flight
                ? flight.endpoint().address().getPort()
                : 0;
    }
}
