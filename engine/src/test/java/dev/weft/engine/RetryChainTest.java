package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Step;
import dev.weft.engine.policy.Attempts;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.Handed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Services that call each other in a row, the last of which fails: how often it is asked. */
class RetryChainTest {
    private final Ambient ambient = new Ambient(() -> true);
    private final List<Throwable> bugs = new ArrayList<>();
    private final Engine engine = new Engine(new SeededRandom(3), ambient, call -> {}, bugs::add);
    private final List<Map<String, String>> asked = new ArrayList<>();
    private long now;

    /** A service takes a request, and asks the next one, as often as its rule allows. */
    private void serve(int hopsAfter, Map<String, String> headers) {
        if (hopsAfter == 0) {
            asked.add(headers);
            return;
        }
        short before = ambient.handed();
        ambient.handed(Handed.of(Attempts.arriving(headers::get), Urgency.arriving(headers::get)));
        Call call = engine.call(FakeRequest.get("shop", "/"), false);
        call.start(now);
        for (Step step = call.next(now); !(step instanceof Step.Deliver); step = call.next(now)) {
            if (step instanceof Step.Send send) {
                Attempt attempt = send.attempt();
                Map<String, String> sent = new HashMap<>();
                attempt.edit(new Writer(sent));
                serve(hopsAfter - 1, sent);
                call.head(attempt, Head.http(503, Headers.NONE), now);
                call.end(attempt, End.COMPLETE, now);
            } else if (step instanceof Step.Idle idle) {
                now = idle.wakeAt();
            }
        }
        ambient.handed(before);
        assertEquals(List.of(), bugs);
    }

    private record Writer(Map<String, String> into) implements HeaderWriter {
        @Override
        public void set(String name, String value) {
            into.put(name, value);
        }

        @Override
        public void add(String name, String value) {
            throw new AssertionError(name);
        }

        @Override
        public void remove(String name) {
            throw new AssertionError(name);
        }
    }

    private void retries(int times) {
        engine.publish(
                Rules.snapshot(Rules.to("a", Rules.retry(times, Condition.SERVER_ERROR)), Rules.cluster("a", 3)));
    }

    /** With r retries at each of h hops there are binomial(r + h, h) ways to have made at most r of them in a row. */
    @ParameterizedTest
    @CsvSource({"1, 2, 3", "2, 2, 6", "3, 2, 10", "4, 2, 15", "3, 1, 4", "3, 0, 1"})
    void retriesDoNotMultiply(int hops, int retries, int expected) {
        retries(retries);
        serve(hops, Map.of());
        assertEquals(expected, asked.size());
    }

    @Test
    void eachAttemptSaysHowManyCameBeforeItAtAllHops() {
        retries(1);
        serve(2, Map.of());
        assertEquals(
                List.of(Map.of(), Map.of("x-weft-previous-attempts", "1"), Map.of("x-weft-previous-attempts", "1")),
                asked);
    }

    @Test
    void aProxyBetweenThatCountsItsOwnHopAloneIsHeeded() {
        retries(2);
        serve(1, Map.of("x-envoy-attempt-count", "3"));
        assertEquals(List.of(Map.of("x-weft-previous-attempts", "2")), asked);
    }

    @Test
    void anApplicationThatHandsTheCountOnItselfIsHeeded() {
        retries(2);
        Call call = engine.call(FakeRequest.get("shop", "/").with("x-weft-previous-attempts", "1"), false);
        call.start(now);
        Map<String, String> last = new HashMap<>();
        int sent = 0;
        for (Step step = call.next(now); !(step instanceof Step.Deliver); step = call.next(now)) {
            if (step instanceof Step.Send send) {
                sent++;
                last.clear();
                send.attempt().edit(new Writer(last));
                call.head(send.attempt(), Head.http(503, Headers.NONE), now);
                call.end(send.attempt(), End.COMPLETE, now);
            } else if (step instanceof Step.Idle idle) {
                now = idle.wakeAt();
            }
        }
        assertEquals(2, sent);
        assertEquals(Map.of("x-weft-previous-attempts", "2"), last);
    }

    @Test
    void urgencyGoesAlongWithWhatIsDoneForARequest() {
        retries(0);
        serve(3, Map.of("priority", "u=5, i"));
        assertEquals(List.of(Map.of("priority", "u=5")), asked);
    }
}
