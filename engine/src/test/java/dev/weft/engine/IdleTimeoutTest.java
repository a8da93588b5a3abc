package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Got;
import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingDriver;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.Nesting;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.RetryPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An attempt of which nothing more comes (Envoy: {@code RetryPolicy.per_try_idle_timeout}). */
class IdleTimeoutTest {
    private static final long NEVER = Long.MAX_VALUE;

    private final Stage stage = new Stage();

    private void idle(long nanos, int endpoints) {
        RetryPolicy retry = Rules.perTryIdle(Rules.usualRetry(), nanos);
        Cluster cluster = Rules.roundRobin(Rules.cluster("a", endpoints));
        stage.engine.publish(Rules.snapshot(Rules.to("a", retry), cluster));
    }

    private Got get(Style style) {
        Got got = style.call(stage, FakeRequest.get("shop", "/"));
        while (!stage.time.idle()) {
            stage.time.step();
        }
        assertEquals(0, stage.engine.underWay(), "in flight");
        assertEquals(List.of(), stage.bugs);
        assertEquals(1, stage.finished.size());
        return got;
    }

    private Outcome verdict() {
        return stage.finished.get(0).delivered().verdict();
    }

    @ParameterizedTest
    @EnumSource
    void whoseHeadDoesNotComeIsFollowedByAnother(Style style) {
        idle(ms(100), 2);
        stage.peer(1, new Peer.Hangs());

        Got got = get(style);

        assertEquals(200, got.status());
        assertTrue(got.at() >= ms(100) && got.at() < ms(200), () -> "took " + got.at());
        assertEquals(List.of(1, 2), stage.sentTo);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOfWhichNothingMoreComesIsBrokenOff(Style style) {
        idle(ms(100), 1);
        stage.peer(1, new Peer.Streams(List.of(ms(20), ms(30), NEVER), 0));

        Got got = get(style);

        assertTrue(got.failure().contains("closed"), got::failure);
        assertEquals(ms(150), got.at());
        assertEquals(1, stage.aborted);
        assertEquals(Outcome.DEADLINE, verdict());
        assertEquals(1, stage.engine.live().clusters().get("a").stats().timeouts());
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsSlowButComesIsRead(Style style) {
        idle(ms(100), 1);
        List<Long> gaps = new ArrayList<>(Collections.nCopies(50, ms(99)));
        stage.peer(1, new Peer.Streams(gaps, 0));

        Got got = get(style);

        assertEquals("", got.failure());
        assertEquals(50 * ms(99), got.at());
        assertEquals(0, stage.aborted);
        assertEquals(Outcome.SUCCESS, verdict());
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatTakesItsTimeIsNoReasonToBreakOff(Style style) {
        idle(ms(100), 1);
        stage.peer(1, new Peer.Streams(List.of(ms(50), ms(50), ms(50)), ms(1000)));

        Got got = get(style);

        assertEquals("", got.failure());
        assertEquals(0, stage.aborted);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitThatBeginsLateIsAsLongAsAnother(Style style) {
        idle(ms(100), 1);
        stage.peer(1, new Peer.Streams(List.of(ms(10), NEVER), ms(255)));

        Got got = get(style);

        assertEquals(ms(10 + 255 + 100), got.at());
        assertEquals(1, stage.aborted);
    }

    @ParameterizedTest
    @EnumSource
    void theTimeOfTheWholeCallIsKeptTooWhileABodyComes(Style style) {
        RetryPolicy retry = Rules.perTryIdle(Rules.usualRetry(), ms(100));
        stage.engine.publish(
                Rules.snapshot(Rules.timeout(Rules.to("a", retry), ms(230)), Rules.roundRobin(Rules.cluster("a", 1))));
        stage.peer(1, new Peer.Streams(Collections.nCopies(9, ms(50)), 0));

        Got got = get(style);

        assertEquals(ms(230), got.at());
        assertEquals(1, stage.aborted);
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheRuleNobodyAsksHowABodyComes(Style style) {
        stage.engine.publish(
                Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.roundRobin(Rules.cluster("a", 1))));
        stage.peer(1, new Peer.Streams(List.of(ms(20), ms(3_600_000)), 0));

        assertEquals("", get(style).failure());
    }

    /** A library that blocks, whose body is read by the test. */
    private static final class Held implements BlockingExchange<Integer> {
        private Ending body;

        @Override
        public Request request() {
            return FakeRequest.get("shop", "/");
        }

        @Override
        public Integer original() {
            throw new AssertionError("it is in the mesh");
        }

        @Override
        public Integer send(Attempt attempt) {
            return 200;
        }

        @Override
        public Head head(Integer answer) {
            return Head.http(answer, Headers.NONE);
        }

        @Override
        public End failure(Throwable thrown) {
            throw new AssertionError(thrown);
        }

        @Override
        public void abort(Attempt attempt) {
            throw new AssertionError("nothing is late");
        }

        @Override
        public void discard(Integer answer) {
            throw new AssertionError("it is wanted");
        }

        @Override
        public Integer deliver(Integer answer, Ending ending) {
            body = ending;
            return answer;
        }

        @Override
        public Integer reply(Refusal refusal) {
            throw new AssertionError(refusal.why());
        }
    }

    @Test
    void aBodyThatEndsWhileTheTimerLooksAtItEndsOnce() throws Throwable {
        idle(ms(100), 1);
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        Clock clock = () -> {
            meanwhile.getAndSet(() -> {}).run();
            return stage.time.nanos();
        };
        Held held = new Held();
        new BlockingDriver(stage.engine, clock, stage.time, Outside.NONE, new Nesting()).run(held);
        held.body.waits();
        held.body.rests();

        meanwhile.set(() -> held.body.end(End.COMPLETE));
        stage.time.turn(ms(100));

        assertEquals(1, stage.finished.size());
        assertEquals(0, stage.engine.underWay(), "in flight");
        assertTrue(stage.time.idle(), "nobody looks any more");
        held.body.end(End.COMPLETE);
        assertEquals(1, stage.finished.size());
    }

    @Test
    void noTimeAtAllIsRefusedByName() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Rules.perTryIdle(Rules.usualRetry(), 0));
        assertEquals("per_try_idle_timeout 0 is out of range", refused.getMessage());
    }
}
