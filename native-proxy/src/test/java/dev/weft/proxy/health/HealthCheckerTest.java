package dev.weft.proxy.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.balance.RandomSource;
import dev.weft.health.Check;
import dev.weft.proxy.health.HealthChecker.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** When the application is asked, and what comes of it; time is turned by hand. */
class HealthCheckerTest {
    private static final long MILLI = 1_000_000;
    private static final long INTERVAL = 1_000;
    private static final long TIMEOUT = 400;

    private final HandTime time = new HandTime();
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<Long> asked = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    /** Why it is not well; null when it is, or HUNG. */
    private String failure;

    private static final String HUNG = "hung";
    private Consumer<String> unanswered;
    private int cancelled;
    private boolean endsWhenCancelled = true;

    private HealthChecker checker(int healthy, int unhealthy, long jitter) {
        HealthSettings settings = new HealthSettings(
                new Check.Tcp(), "", 0, INTERVAL * MILLI, jitter * MILLI, TIMEOUT * MILLI, healthy, unhealthy);
        RandomSource source = new RandomSource() {
            @Override
            public int below(int bound) {
                return random.nextInt(bound);
            }

            @Override
            public long bits() {
                return random.nextLong();
            }
        };
        return new HealthChecker(
                over -> {
                    asked.add(time.nanos());
                    if (!HUNG.equals(failure)) {
                        over.accept(failure);
                        return () -> {};
                    }
                    assertEquals(null, unanswered, "two at once");
                    unanswered = over;
                    return () -> {
                        cancelled++;
                        if (endsWhenCancelled) {
                            answer("cancelled");
                        }
                    };
                },
                settings,
                time,
                time,
                source,
                (state, reason) -> heard.add(state + (reason.isEmpty() ? "" : ": " + reason)));
    }

    private void answer(String failure) {
        Consumer<String> to = unanswered;
        unanswered = null;
        to.accept(failure);
    }

    @Test
    void enoughSuccessesMakeItUpAndEnoughFailuresDown() {
        HealthChecker checker = checker(2, 3, 0);
        assertEquals(State.STARTING, checker.state());
        checker.begin();
        assertEquals(State.STARTING, checker.state());
        time.turn(INTERVAL);
        assertEquals(State.UP, checker.state());

        failure = "answers 503";
        time.turn(2 * INTERVAL);
        assertEquals(State.UP, checker.state());
        time.turn(INTERVAL);
        assertEquals(State.DOWN, checker.state());

        failure = null;
        time.turn(INTERVAL);
        failure = "answers 500";
        time.turn(INTERVAL);
        failure = null;
        time.turn(INTERVAL);
        assertEquals(State.DOWN, checker.state(), "not two in a row yet");
        time.turn(INTERVAL);
        assertEquals(State.UP, checker.state());
        assertEquals(List.of("UP", "DOWN: answers 503", "DOWN: answers 500", "UP"), heard);
        assertEquals(5, checker.successes());
        assertEquals(4, checker.failures());
    }

    @Test
    void aFailureBetweenFailuresThatSucceedsBeginsTheCountAnew() {
        HealthChecker checker = checker(1, 2, 0);
        checker.begin();
        for (int i = 0; i < 5; i++) {
            failure = "answers 503";
            time.turn(INTERVAL);
            failure = null;
            time.turn(INTERVAL);
        }
        assertEquals(List.of("UP"), heard);
    }

    @Test
    void whatIsNotWellIsHeardOfWithItsLatestReason() {
        HealthChecker checker = checker(1, 2, 0);
        for (String why : List.of("no connection", "no connection", "answers 503", "answers 503")) {
            failure = why;
            if (checker.last() == null) {
                checker.begin();
            } else {
                time.turn(INTERVAL);
            }
        }
        assertEquals(List.of("STARTING: no connection", "STARTING: answers 503"), heard);
        failure = null;
        time.turn(INTERVAL);
        failure = "answers 503";
        time.turn(INTERVAL);
        assertEquals("UP", heard.get(2), "once is not often enough");
        assertEquals(3, heard.size());
        time.turn(INTERVAL);
        failure = HUNG;
        time.turn(INTERVAL + TIMEOUT);
        assertEquals(List.of("DOWN: answers 503", "DOWN: no answer in time"), heard.subList(3, 5));
    }

    @Test
    void whatHasNeverBeenWellIsStartingForAsLongAsItTakesAndSaysWhyOnce() {
        HealthChecker checker = checker(1, 2, 0);
        failure = "no connection";
        checker.begin();
        assertEquals(List.of(), heard);
        time.turn(60 * INTERVAL);
        assertEquals(State.STARTING, checker.state());
        assertEquals(List.of("STARTING: no connection"), heard);
        failure = null;
        time.turn(INTERVAL);
        assertEquals(List.of("STARTING: no connection", "UP"), heard);
    }

    @Test
    void checksAreAnIntervalApartAndByAtMostTheJitterMore() {
        checker(1, 1, 0).begin();
        time.turn(10 * INTERVAL);
        assertEquals(11, asked.size());
        for (int i = 1; i < asked.size(); i++) {
            assertEquals(INTERVAL * MILLI, asked.get(i) - asked.get(i - 1));
        }
    }

    @Test
    void theJitterIsUsedUp() {
        long jitter = 500;
        checker(1, 1, jitter).begin();
        time.turn(400 * INTERVAL);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 1; i < asked.size(); i++) {
            long apart = (asked.get(i) - asked.get(i - 1)) / MILLI;
            least = Math.min(least, apart);
            most = Math.max(most, apart);
        }
        assertTrue(least >= INTERVAL && least < INTERVAL + jitter / 10, "at least " + least);
        assertTrue(most <= INTERVAL + jitter && most > INTERVAL + jitter * 9 / 10, "at most " + most);
    }

    @Test
    void whatDoesNotAnswerInTimeIsEndedAndIsAFailure() {
        HealthChecker checker = checker(1, 2, 0);
        checker.begin();
        failure = HUNG;
        time.turn(INTERVAL + TIMEOUT - 1);
        assertEquals(0, cancelled);
        time.turn(1);
        assertEquals(1, cancelled);
        assertEquals(1, checker.failures());
        time.turn(INTERVAL + TIMEOUT);
        assertEquals(2, cancelled);
        assertEquals(List.of("UP", "DOWN: no answer in time"), heard);
        assertEquals(TIMEOUT * MILLI, assertNotNullResult(checker).nanos());
    }

    private static HealthChecker.Result assertNotNullResult(HealthChecker checker) {
        HealthChecker.Result last = checker.last();
        assertNotNull(last);
        return last;
    }

    @Test
    void whatCanNotBeEndedIsNeverAskedTwiceAtOnceAndFailsAllTheSame() {
        HealthChecker checker = checker(1, 3, 0);
        checker.begin();
        failure = HUNG;
        endsWhenCancelled = false;
        time.turn(INTERVAL + TIMEOUT + 5 * INTERVAL);
        assertEquals(2, asked.size());
        assertEquals(6, checker.failures());
        assertEquals(List.of("UP", "DOWN: the check before it has not ended yet"), heard);

        failure = null;
        answer(null);
        assertEquals(State.DOWN, checker.state(), "it comes too late to count");
        time.turn(INTERVAL);
        assertEquals(3, asked.size());
        assertEquals(State.UP, checker.state());
    }

    @Test
    void afterTheEndNothingIsAskedAndNothingHeard() {
        HealthChecker checker = checker(1, 1, 0);
        checker.begin();
        failure = HUNG;
        time.turn(INTERVAL);
        checker.end();
        assertEquals(1, cancelled);
        time.turn(10 * INTERVAL);
        checker.begin();
        assertEquals(2, asked.size());
        assertEquals(List.of("UP"), heard);
        assertEquals(0, time.pending());
    }
}
