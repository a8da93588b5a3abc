package dev.weft.agent.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The life of a workload, in time turned by hand. */
class LifecycleTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> told = new ArrayList<>();
    private final Hands hands = new Hands();
    private long begun;
    private long inFlight;
    private LongConsumer load = now -> {};

    /** A clock whose waiter turns it. */
    private final class Hands implements Clock, Timer {
        private long now;
        private @Nullable Runnable task;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void park(Object blocker, long until) {
            now = until;
            load.accept(now);
        }

        @Override
        public Pending schedule(long at, Runnable run) {
            task = run;
            return () -> task = null;
        }

        void ring() {
            Runnable run = task;
            task = null;
            assertTrue(run != null, "nothing is scheduled");
            run.run();
        }
    }

    private final Lifecycle lifecycle = new Lifecycle(
            Config.read("service=shop", new Properties(), Map.of()),
            hands,
            hands,
            new Membership() {
                @Override
                public void join(String service) {
                    told.add("join " + service);
                }

                @Override
                public void offer(Map<Integer, String> ports) {
                    told.add("offer " + ports);
                }

                @Override
                public void health(Health health) {
                    told.add(health.name());
                }

                @Override
                public void leave() {
                    told.add("leave");
                }
            },
            new Surroundings() {
                @Override
                public boolean late() {
                    return false;
                }

                @Override
                public long begun() {
                    return begun;
                }

                @Override
                public long inFlight() {
                    return inFlight;
                }

                @Override
                public void otherTracer(String what) {
                    told.add("tracer " + what);
                }
            },
            new Log(LogLevel.OFF, null));

    @Test
    void anApplicationThatSaysReadyIsRegisteredOnlyThen() {
        lifecycle.starting();
        lifecycle.listening(8080, "http");
        assertEquals(List.of(), told);
        assertEquals("STARTING", lifecycle.state());
        lifecycle.ready();
        assertEquals(List.of("join shop", "offer {8080=http}", "UP"), told);
        assertEquals("UP", lifecycle.state());
    }

    @Test
    void aServerThatSaysNothingIsReadyWhenItsPortsHaveSettled() {
        lifecycle.listening(8080, "http");
        lifecycle.listening(8443, "https");
        assertEquals(List.of(), told);
        hands.ring();
        assertEquals(List.of("join shop", "offer {8080=http, 8443=https}", "UP"), told);
    }

    @Test
    void aPortForOperatorsIsNeverOffered() {
        lifecycle.starting();
        lifecycle.listening(8080, "http");
        lifecycle.listening(9090, "http");
        lifecycle.management(9090);
        lifecycle.ready();
        assertEquals("offer {8080=http}", told.get(1));
    }

    @Test
    void aPortThatOpensLaterIsOfferedToo() {
        lifecycle.starting();
        lifecycle.ready();
        lifecycle.listening(8080, "http");
        assertEquals("offer {8080=http}", told.get(told.size() - 1));
    }

    @Test
    void drainingEndsWhenNoCallHasComeForASecond() {
        ready();
        begun = 5;
        lifecycle.stopping();
        assertEquals(List.of("DRAINING", "leave"), told.subList(3, told.size()));
        assertTrue(hands.now >= SECOND && hands.now < 2 * SECOND, hands.now + " ns");
        assertTrue(lifecycle.draining());
    }

    @Test
    void drainingWaitsForCallsThatGoOnComingUpToItsLimit() {
        ready();
        load = now -> begun++;
        lifecycle.stopping();
        assertTrue(hands.now >= 5 * SECOND && hands.now < 6 * SECOND, hands.now + " ns");
    }

    @Test
    void drainingWaitsForCallsThatAreBeingServed() {
        ready();
        inFlight = 1;
        load = now -> inFlight = now < 9 * SECOND ? 1 : 0;
        lifecycle.stopping();
        assertTrue(hands.now >= 9 * SECOND && hands.now < 10 * SECOND, hands.now + " ns");
    }

    @Test
    void drainingEndsThoughACallNeverDoes() {
        ready();
        inFlight = 1;
        lifecycle.stopping();
        assertTrue(hands.now >= 25 * SECOND && hands.now < 26 * SECOND, hands.now + " ns");
    }

    @Test
    void aWorkloadWithoutPortsStopsAtOnce() {
        lifecycle.starting();
        lifecycle.ready();
        lifecycle.stopping();
        assertEquals(0, hands.now);
    }

    @Test
    void stoppingBeforeReadyTellsNothing() {
        lifecycle.listening(8080, "http");
        lifecycle.stopping();
        assertEquals(List.of(), told);
    }

    @Test
    void anApplicationThatStartsAgainInTheSameJvmJoinsAgain() {
        ready();
        lifecycle.stopping();
        told.clear();
        lifecycle.starting();
        assertFalse(lifecycle.draining());
        lifecycle.listening(8081, "http");
        lifecycle.ready();
        assertEquals(List.of("join shop", "offer {8081=http}", "UP"), told);
    }

    private void ready() {
        lifecycle.starting();
        lifecycle.listening(8080, "http");
        lifecycle.ready();
    }

    @Test
    void anAgentThatLeavesTakesItsWorkloadBackAtOnceAndSpeaksForItNoMore() {
        lifecycle.starting();
        lifecycle.listening(8080, "http");
        lifecycle.ready();
        told.clear();
        inFlight = 3;
        lifecycle.leaving();
        assertEquals(List.of("DRAINING", "leave"), told);
        lifecycle.ready();
        lifecycle.listening(8081, "http");
        lifecycle.stopping();
        assertEquals(List.of("DRAINING", "leave"), told);
    }
}
