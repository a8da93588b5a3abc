package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Step;
import dev.weft.engine.policy.Retrying;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.ByHeaders;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.RetryPolicy.Reset;
import dev.weft.engine.trace.Ambient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What headers have to say about sending again, event by event. */
class RetryHeadersTest {
    private static final long SECOND = 1_000_000_000L;
    private static final FakeRequest GET = FakeRequest.get("shop", "/");

    private final Engine engine = new Engine(new SeededRandom(3), new Ambient(() -> false), call -> {}, bug -> {
        throw new AssertionError(bug);
    });

    private static RetryPolicy retry(ByHeaders headers, Condition... on) {
        return new RetryPolicy(
                Set.of(on), Set.of(), 2, Long.MAX_VALUE, Long.MAX_VALUE, ms(25), ms(250), false, headers);
    }

    private static ByHeaders answers(String name, String value) {
        HeaderMatch match = new HeaderMatch(name, new StringMatch.Exact(value, false), false);
        return new ByHeaders(List.of(match), List.of(), List.of(), 300 * SECOND);
    }

    private Call answered(RetryPolicy policy, FakeRequest request, int status, Map<String, String> headers) {
        engine.publish(Rules.snapshot(Rules.to("a", policy), Rules.cluster("a", 2)));
        Call call = engine.call(request, true);
        call.start(0);
        Attempt first = assertInstanceOf(Step.Send.class, call.next(0)).attempt();
        call.head(first, Head.http(status, headers::get), ms(1));
        return call;
    }

    private static boolean again(Call call) {
        Step step = call.next(ms(1));
        if (step instanceof Step.Idle wait) {
            // The answer that is not wanted is dropped when the next attempt really goes.
            call.next(wait.wakeAt());
            return true;
        }
        assertInstanceOf(Step.Deliver.class, step);
        return false;
    }

    @Test
    void anAnswerWithAHeaderThatAsksForItIsFollowedByAnother() {
        RetryPolicy policy = retry(answers("x-again", "yes"), Condition.RETRIABLE_HEADERS);
        assertTrue(again(answered(policy, GET, 200, Map.of("x-again", "yes"))));
        assertTrue(again(answered(policy, GET, 404, Map.of("x-again", "yes"))));
        assertEquals(false, again(answered(policy, GET, 200, Map.of("x-again", "no"))));
        assertEquals(false, again(answered(policy, GET, 200, Map.of())));
        assertEquals(false, again(answered(policy, FakeRequest.post("shop", "/"), 200, Map.of("x-again", "yes"))));
        assertEquals(
                false,
                again(answered(
                        retry(answers("x-again", "yes"), Condition.SERVER_ERROR), GET, 200, Map.of("x-again", "yes"))));
    }

    @Test
    void onlyRequestsThatAreMeantAreSentAgain() {
        ByHeaders headers =
                new ByHeaders(List.of(), List.of(new HeaderMatch("x-safe", null, false)), List.of(), 300 * SECOND);
        RetryPolicy policy = retry(headers, Condition.SERVER_ERROR);
        assertEquals(false, again(answered(policy, GET, 500, Map.of())));
        assertTrue(again(answered(policy, GET.with("x-safe", "1"), 500, Map.of())));
    }

    @Test
    void whoSaysThatItLimitsIsAskedAgainOnlyWhereTheRuleSaysSo() {
        Map<String, String> limited = Map.of("x-envoy-ratelimited", "true");
        assertEquals(false, again(answered(retry(null, Condition.SERVER_ERROR), GET, 503, limited)));
        assertTrue(again(answered(retry(null, Condition.ENVOY_RATELIMITED), GET, 429, limited)));
        assertEquals(false, again(answered(retry(null, Condition.ENVOY_RATELIMITED), GET, 429, Map.of())));
    }

    @Test
    void theNextAttemptWaitsAsLongAsTheAnswerAsks() {
        ByHeaders headers = new ByHeaders(List.of(), List.of(), List.of(new Reset("retry-after", false)), 300 * SECOND);
        Call call = answered(retry(headers, Condition.SERVER_ERROR), GET, 503, Map.of("retry-after", "2"));
        long wake = assertInstanceOf(Step.Idle.class, call.next(ms(1))).wakeAt();
        assertTrue(wake >= ms(2_001) && wake <= ms(3_001), () -> "at " + wake);
        assertEquals(new Step.Abort(call.attempts().get(0)), call.next(wake));
        call.end(call.attempts().get(0), End.CANCELLED, wake);
        assertInstanceOf(Step.Send.class, call.next(wake));
    }

    @ParameterizedTest
    @CsvSource({
        "5, , , 5",
        "301, , , -1",
        "soon, , , -1",
        "-1, , , -1",
        "301, 1732659300, 'Tue, 26 Nov 2024 22:14:50 GMT', 10",
        ", 1732659300, , -1",
        ", 1732659300, yesterday, -1",
        ", 1732659300, 'Tue, 26 Nov 2024 22:15:01 GMT', -1",
        ", 1732659300, 'Tue, 26 Nov 2024 22:15:00 GMT', 0"
    })
    void waitsAreReadInTheirOrder(String after, String reset, String date, long seconds) {
        ByHeaders headers = new ByHeaders(
                List.of(),
                List.of(),
                List.of(new Reset("retry-after", false), new Reset("x-ratelimit-reset", true)),
                300 * SECOND);
        long wait = Retrying.asked(
                headers,
                name -> switch (name) {
                    case "retry-after" -> after;
                    case "x-ratelimit-reset" -> reset;
                    case "date" -> date;
                    default -> null;
                },
                new SeededRandom(1));
        if (seconds < 0) {
            assertEquals(-1, wait);
        } else {
            assertTrue(wait >= seconds * SECOND && wait <= seconds * SECOND * 3 / 2, () -> "is " + wait);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "5, , 5",
        "0, , 0",
        ", , 0",
        "3600, , 300",
        "soon, , 0",
        "-1, , 0",
        "'Tue, 26 Nov 2024 22:15:10 GMT', 'Tue, 26 Nov 2024 22:15:00 GMT', 10",
        "'Tue, 26 Nov 2024 22:15:10 GMT', 'Tue, 26 Nov 2024 22:15:20 GMT', 0",
        "'Wed, 27 Nov 2024 22:15:10 GMT', 'Tue, 26 Nov 2024 22:15:20 GMT', 300",
        "'Tue, 26 Nov 2024 22:15:10 GMT', , 0"
    })
    void howLongAnEndpointIsLetAloneHasAnEnd(String after, String date, long seconds) {
        long wait = Retrying.retryAfter(name -> switch (name) {
            case "retry-after" -> after;
            case "date" -> date;
            default -> null;
        });
        assertEquals(seconds * SECOND, wait);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ByHeaders(List.of(), List.of(), List.of(), 0));
    }
}
