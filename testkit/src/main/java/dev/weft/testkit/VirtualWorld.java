package dev.weft.testkit;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Flight;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A driver for calls whose instances are made up: time goes on to whatever happens next. */
final class VirtualWorld {
    /** An hour: no time of a test is before the beginning. */
    private static final long BEGINNING = 3_600_000_000_000L;

    private final Engine engine;
    private final Map<String, Behaviour> behaviours = new HashMap<>();
    private final PriorityQueue<Happening> ahead =
            new PriorityQueue<>(Comparator.comparingLong(Happening::at).thenComparingLong(Happening::order));
    private long now = BEGINNING;
    private long order;

    private record Happening(long at, long order, Runnable what) {}

    VirtualWorld(Snapshot snapshot, long seed) {
        engine = new Engine(random(seed), new Ambient(() -> true), call -> {}, bug -> {
            throw new IllegalStateException("a bug of the engine", bug);
        });
        engine.publish(snapshot);
    }

    private static RandomSource random(long seed) {
        var random = new SplittableRandom(seed);
        return new RandomSource() {
            @Override
            public int below(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public long bits() {
                return random.nextLong();
            }
        };
    }

    void behave(String address, Behaviour behaviour) {
        behaviours.put(address, behaviour);
    }

    boolean knows(URI url) {
        return engine.routes(
                TestCall.get(url.toString()).request().host(),
                TestCall.get(url.toString()).request().port());
    }

    void pass(Duration time) {
        now += time.toNanos();
    }

    Decision call(TestCall asked) {
        Call call = engine.call(asked.request(), true);
        var record = new Recorder(asked, call, now);
        call.start(now);
        while (true) {
            Step step = call.next(now);
            if (step instanceof Step.Idle idle) {
                Happening next = ahead.peek();
                if (next != null && next.at <= idle.wakeAt()) {
                    ahead.remove();
                    now = Math.max(now, next.at);
                    next.what.run();
                } else if (idle.wakeAt() != Long.MAX_VALUE) {
                    now = Math.max(now, idle.wakeAt());
                } else {
                    return record.decision();
                }
            } else {
                step(call, step, record);
            }
        }
    }

    private void step(Call call, Step step, Recorder record) {
        record.said(step, now);
        if (step instanceof Flight flight) {
            send(call, flight);
        } else if (step instanceof Step.Shadow shadow) {
            send(call, (Flight) shadow.attempt());
        } else if (step instanceof Step.Abort abort) {
            call.end(abort.attempt(), End.CANCELLED, now);
        } else if (step instanceof Step.Ask ask) {
            call.answer(ask, new Answer.Failed("it is not in these rules"), now);
        }
    }

    private void send(Call call, Flight flight) {
        Behaviour behaviour = behaviours.getOrDefault(flightAddress(flight), Behaviour.WELL);
        if (behaviour instanceof Behaviour.Answers answers) {
            after(answers.after().toNanos(), () -> {
                call.head(flight, Head.http(answers.status(), name -> null), now);
                call.end(flight, End.COMPLETE, now);
            });
        } else if (behaviour instanceof Behaviour.Refuses) {
            after(0, () -> call.end(flight, new End(Outcome.CONNECT_FAILURE, 0, null), now));
        } else if (behaviour instanceof Behaviour.Breaks) {
            after(0, () -> call.end(flight, new End(Outcome.RESET, 0, null), now));
        }
    }

    private void after(long nanos, Runnable what) {
        ahead.add(new Happening(now + nanos, order++, what));
    }

    static String flightAddress(Flight flight) {
        var address = flight.endpoint().address();
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
