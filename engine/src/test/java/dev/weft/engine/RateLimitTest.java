package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Stage;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.RateLimitGate;
import dev.weft.engine.policy.Filling;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit.Answer;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Limited;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TokenBucket;
import dev.weft.engine.snapshot.VirtualHost;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on how many calls go out, in virtual time. */
class RateLimitTest {
    private static final TokenBucket THREE = new TokenBucket(3, 1, ms(100));

    private final Stage stage = new Stage();

    private static LocalRateLimit limit(TokenBucket bucket) {
        return limit(bucket, List.of(), List.of(), true);
    }

    private static LocalRateLimit limit(
            TokenBucket bucket, List<Limited> limits, List<List<Part>> kinds, boolean always) {
        return new LocalRateLimit("route a", bucket, limits, kinds, always, 1_000_000, 1_000_000, Answer.DEFAULT);
    }

    private void publish(LocalRateLimit limit) {
        stage.engine.publish(Rules.guarded(Rules.to("a", null), List.of(limit), Rules.cluster("a", 2)));
    }

    private RateLimitGate gate() {
        return (RateLimitGate) stage.engine.ledger().gates().iterator().next();
    }

    private int call(FakeRequest request) {
        return Style.BLOCKING.call(stage, request).status();
    }

    private int calls(int times, FakeRequest request) {
        int good = 0;
        for (int i = 0; i < times; i++) {
            good += call(request) == 200 ? 1 : 0;
        }
        return good;
    }

    private static final FakeRequest GET = FakeRequest.get("shop", "/");

    @ParameterizedTest
    @EnumSource
    void whoAsksTooOftenIsAnsweredHere(Style style) {
        publish(limit(THREE));
        for (int i = 0; i < 3; i++) {
            assertEquals(200, style.call(stage, GET).status());
        }
        assertEquals(429, style.call(stage, GET).status());
        assertEquals(3, stage.sentTo.size());
        assertEquals("rate limit of route a", stage.finished.get(3).refusal().why());
        assertEquals("local_rate_limited", stage.finished.get(3).refusal().body());
        assertEquals(4, gate().enabled());
        assertEquals(3, gate().ok());
        assertEquals(1, gate().rateLimited());
        assertEquals(1, gate().enforced());
    }

    @Test
    void tokensComeEvenlyAndNeverMoreThanTheMost() {
        publish(limit(THREE));
        assertEquals(3, calls(9, GET));
        stage.time.turn(ms(100));
        assertEquals(1, calls(9, GET));
        stage.time.turn(ms(60_000));
        assertEquals(3, calls(9, GET));
    }

    @Test
    void aLimitThatIsNotEnforcedOnlyCounts() {
        publish(new LocalRateLimit(
                "r", THREE, List.of(), List.of(), true, 1_000_000, 0, new Answer(503, -1, List.of())));
        assertEquals(9, calls(9, GET));
        assertEquals(6, gate().rateLimited());
        assertEquals(0, gate().enforced());
    }

    @Test
    void routesWithTheSameLimitShareIt() {
        LocalRateLimit shared = limit(THREE);
        Match one = new Match(new PathMatch.Prefix("/one"), List.of());
        stage.engine.publish(Rules.snapshot(
                new VirtualHost(
                        "shop",
                        List.of("shop"),
                        List.of(
                                new Route("one", one, Rules.to("a", null), List.of(shared)),
                                new Route("other", Match.ANY, Rules.to("a", null), List.of(shared)))),
                Rules.cluster("a", 1)));
        assertEquals(2, calls(2, FakeRequest.get("shop", "/one")));
        assertEquals(1, calls(2, GET));
    }

    @Test
    void aKindOfCallsHasItsOwnLimitBesideTheOneForAll() {
        List<Limited> limits = List.of(new Limited(
                List.of(new Entry("generic_key", "team"), new Entry("team", "red")), new TokenBucket(1, 1, ms(100))));
        List<List<Part>> kinds = List.of(
                List.of(new Part.GenericKey("generic_key", "team"), new Part.RequestHeader("x-team", "team", false)));
        publish(limit(THREE, limits, kinds, true));
        assertEquals(1, calls(5, GET.with("x-team", "red")));
        assertEquals(2, calls(5, GET.with("x-team", "blue")));
        assertEquals(0, calls(5, GET));
    }

    @Test
    void aKindThatTakesOnlyFromItsOwnLeavesTheOthersAlone() {
        List<Limited> limits = List.of(new Limited(List.of(new Entry("k", "v")), new TokenBucket(5, 1, ms(100))));
        HeaderMatch batch = new HeaderMatch("x-batch", new StringMatch.Exact("yes", false), false);
        List<List<Part>> kinds = List.of(
                List.of(new Part.HeaderValueMatch("k", "v", true, List.of(batch))),
                List.of(new Part.DestinationCluster()));
        publish(limit(THREE, limits, kinds, false));
        assertEquals(5, calls(9, GET.with("x-batch", "yes")));
        assertEquals(3, calls(9, GET));
    }

    /**
     * Counts in parts of a token, so many of which make one that nothing is rounded: a bucket that gets some tokens in an
     * interval gets as many parts in each nanosecond, and a token is as many parts as the interval has nanoseconds.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theBucketIsTheSlowAndObviousOne(long seed) {
        SeededRandom random = new SeededRandom(seed);
        int perFill = 1 + random.below(30);
        long interval = perFill * (1_000L + random.below(5_000_000));
        TokenBucket bucket = new TokenBucket(1 + random.below(20), perFill, interval);
        BigInteger token = BigInteger.valueOf(interval);
        BigInteger full = token.multiply(BigInteger.valueOf(bucket.maxTokens()));
        BigInteger parts = full;
        long state = Filling.FULL;
        long now = -ms(1_000);
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            assertEquals(parts.divide(token).longValue(), Filling.tokens(bucket, state, now), "tokens at " + now);
            long after = Filling.take(bucket, state, now);
            boolean there = parts.compareTo(token) >= 0;
            assertEquals(there, after <= now, "at " + now);
            if (there) {
                parts = parts.subtract(token);
                state = after;
                taken++;
            }
            long passes = random.below(random.below(100) == 0 ? 1_000_000_000 : (int) (interval / perFill));
            now += passes;
            parts = parts.add(BigInteger.valueOf(passes).multiply(BigInteger.valueOf(perFill)))
                    .min(full);
        }
        assertTrue(taken > 500 && taken < 5_000, taken + " were taken");
    }

    @Test
    void explainSaysWhatIsLeft() {
        publish(limit(
                THREE,
                List.of(new Limited(List.of(new Entry("k", "v")), new TokenBucket(5, 2, ms(50)))),
                List.of(List.of(new Part.GenericKey("k", "v"))),
                true));
        call(GET);
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, stage.time.nanos(), 0)
                .text();
        assertTrue(
                said.contains("  rate limit (route a): 2 of 3 tokens are there, 1 come in 100 ms;"
                        + " for k=v 4 of 5 tokens are there, 2 come in 50 ms\n"),
                said);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Limited(List.of(), THREE));
        assertThrows(IllegalArgumentException.class, () -> new Answer(200, -1, List.of()));
        Limited one = new Limited(List.of(new Entry("k", "v")), THREE);
        assertThrows(IllegalArgumentException.class, () -> limit(THREE, List.of(one, one), List.of(), true));
    }
}
