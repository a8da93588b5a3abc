package dev.weft.telemetry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.ClientSpan;
import dev.weft.engine.trace.TraceContext;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Calls that are to be explained at once. */
public class SamplerRaces {
    private static final RandomSource RANDOM = new RandomSource() {
        private final ThreadLocal<SplittableRandom> own = ThreadLocal.withInitial(SplittableRandom::new);

        @Override
        public int below(int bound) {
            return own.get().nextInt(bound);
        }

        @Override
        public long bits() {
            return own.get().nextLong();
        }
    };

    private static final Engine ENGINE = engine();

    private static Engine engine() {
        Engine engine = new Engine(RANDOM, new Ambient(() -> false), call -> {}, bug -> {
            throw new IllegalStateException(bug);
        });
        engine.publish(new Snapshot(
                "1",
                new Directory(Directory.State.KNOWN, Map.of()),
                List.of(new VirtualHost(
                        "order", List.of("order"), List.of(new Route("all", Match.ANY, Action.Forward.to("a"))))),
                Map.of("a", Cluster.of("a", List.of(Endpoint.of(new InetSocketAddress("10.0.0.1", 80)))))));
        return engine;
    }

    private record Asked() implements Request {
        @Override
        public String host() {
            return "order";
        }

        @Override
        public int port() {
            return 80;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }

    private static Call begun() {
        Call call = ENGINE.call(new Asked(), false);
        call.start(0);
        return call;
    }

    /** It keeps what one explanation has cost from being paid by several at once, and is there for the next. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "one is explained, or one after the other, and so is whoever comes later")
    @Outcome(expect = FORBIDDEN, desc = "nobody is explained, or nobody ever again")
    @State
    public static class Explanations {
        private final ExplainSampler sampler = new ExplainSampler(1, RANDOM, () -> 0);
        private final Call first = begun();
        private final Call second = begun();

        @Actor
        public void one() {
            sampler.admitted(ENGINE, first, 0);
        }

        @Actor
        public void other() {
            sampler.admitted(ENGINE, second, 0);
        }

        @Arbiter
        public void after(III_Result r) {
            Call later = begun();
            sampler.admitted(ENGINE, later, 0);
            r.r1 = explained(first);
            r.r2 = explained(second);
            r.r3 = explained(later);
        }

        private int explained(Call call) {
            if (call.next(0) instanceof Step.Send sent) {
                call.end(sent.attempt(), End.CANCELLED, 0);
            }
            ClientSpan place = Objects.requireNonNull(call.span());
            TraceContext context = new TraceContext(place.traceHigh(), place.traceLow(), place.spanId(), true, "");
            Span span = new Span(context, 0, Span.Kind.CLIENT, "GET", 0, 0, List.of(), List.of(), false, "");
            return sampler.of(span) == null ? 0 : 1;
        }
    }
}
