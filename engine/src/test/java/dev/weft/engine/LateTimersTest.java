package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingDriver;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.FutureDriver;
import dev.weft.engine.drive.FutureExchange;
import dev.weft.engine.drive.Nesting;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The timer has one thread, which may be behind, ahead of who has asked it, or needed by the application itself. */
class LateTimersTest {
    private final Stage stage = new Stage();

    @Test
    void theTimeLimitOfAnAttemptThatIsOverBreaksNothingOffOfTheNext() {
        RetryPolicy atOnce = new RetryPolicy(Set.of(Condition.RESET), Set.of(), 2, ms(10), 1_000, 1_000, false);
        stage.engine.publish(Rules.snapshot(Rules.to("a", atOnce), Rules.cluster("a", 1)));
        stage.peer(1, new Peer.Breaks(ms(9)), new Peer.Answers(200, ms(8)));
        stage.time.cancelsTooLate = true;
        assertEquals(
                200, Style.BLOCKING.call(stage, FakeRequest.get("shop", "/")).status());
        assertEquals(2, stage.sentTo.size());
        assertEquals(0, stage.aborted);
    }

    /** Between the moment in which it is asked to look and the one in which it may. */
    @Test
    void aBodyIsWatchedAlsoByATimerThatIsThereAtOnce() throws Throwable {
        AtomicLong now = new AtomicLong();
        List<Runnable> looks = new ArrayList<>();
        boolean[] read = new boolean[1];
        Timer timer = (at, task) -> {
            if (!read[0]) {
                return () -> {}; // of the head, which has come
            }
            looks.add(task);
            if (looks.size() == 1) {
                now.set(at);
                elsewhere(task);
            }
            return () -> {};
        };
        RetryPolicy retry = Rules.perTryIdle(Rules.usualRetry(), ms(100));
        stage.engine.publish(Rules.snapshot(Rules.to("a", retry), Rules.cluster("a", 1)));
        var driver = new BlockingDriver(stage.engine, now::get, timer, Outside.NONE, new Nesting());
        var exchange = new Waiting(read);
        driver.run(exchange);
        assertEquals(2, looks.size(), "nobody looks at the body any more");
        exchange.ending().waits();
        now.addAndGet(ms(100));
        looks.get(1).run();
        assertEquals(1, exchange.aborted);
    }

    private static void elsewhere(Runnable task) {
        var thread = new Thread(task, "timer");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void whatTheApplicationDoesWithATimeoutDoesNotKeepTheTimer() {
        List<Runnable> elsewhere = new ArrayList<>();
        stage.engine.publish(Rules.snapshot(Rules.timeout(Rules.to("a", null), ms(300)), Rules.cluster("a", 1)));
        var driver =
                new FutureDriver(stage.engine, stage.time, stage.time, Outside.NONE, new Nesting(), elsewhere::add);
        CompletableFuture<String> got = driver.run(new Mute());
        stage.time.turnTo(ms(300));
        assertFalse(got.isDone(), "what depends on it runs where it is completed");
        assertEquals(0, stage.engine.underWay());
        elsewhere.get(0).run();
        assertTrue(got.isCompletedExceptionally());
    }

    /** Nobody ever answers it. */
    private static final class Mute implements FutureExchange<String, String> {
        @Override
        public Request request() {
            return FakeRequest.get("shop", "/");
        }

        @Override
        public CompletableFuture<String> original() {
            throw new AssertionError("it is in the mesh");
        }

        @Override
        public CompletableFuture<String> send(Attempt attempt) {
            return new CompletableFuture<>();
        }

        @Override
        public Head head(String answer) {
            return Head.http(200, Headers.NONE);
        }

        @Override
        public End failure(Throwable thrown) {
            throw new AssertionError(thrown);
        }

        @Override
        public void abort(Attempt attempt) {}

        @Override
        public void discard(String answer) {}

        @Override
        public CompletableFuture<String> deliver(String answer, Ending ending) {
            throw new AssertionError(answer);
        }

        @Override
        public CompletableFuture<String> reply(Refusal refusal) {
            return CompletableFuture.failedFuture(new IOException(refusal.why()));
        }
    }

    /** An answer whose body the application reads later. */
    private static final class Waiting implements BlockingExchange<String> {
        private final boolean[] read;
        private final List<Ending> endings = new ArrayList<>();
        private int aborted;

        /** @param read set when the application has the answer */
        Waiting(boolean[] read) {
            this.read = read;
        }

        Ending ending() {
            return endings.get(0);
        }

        @Override
        public Request request() {
            return FakeRequest.get("shop", "/");
        }

        @Override
        public String original() {
            throw new AssertionError("it is in the mesh");
        }

        @Override
        public String send(Attempt attempt) {
            return "200";
        }

        @Override
        public Head head(String answer) {
            return Head.http(200, Headers.NONE);
        }

        @Override
        public End failure(Throwable thrown) {
            throw new AssertionError(thrown);
        }

        @Override
        public void abort(Attempt attempt) {
            aborted++;
        }

        @Override
        public void discard(String answer) {}

        @Override
        public String deliver(String answer, Ending ending) {
            endings.add(ending);
            read[0] = true;
            return answer;
        }

        @Override
        public String reply(Refusal refusal) {
            throw new AssertionError(refusal.why());
        }
    }
}
