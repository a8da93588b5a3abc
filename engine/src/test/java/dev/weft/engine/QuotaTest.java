package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.QuotaGate;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.QueryMatch;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.RateLimits.Kind;
import dev.weft.engine.snapshot.RateLimits.OfHost;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits that a service counts, in virtual time. */
class QuotaTest {
    private static final int WHOLE = 1_000_000;
    private static final FakeRequest GET = FakeRequest.get("shop", "/?who=me");
    private static final RateLimits OWN = new RateLimits(
            List.of(new Kind(0, List.of(new Part.QueryParameter("who", "client", false)))), List.of(), false);

    private final Stage stage = new Stage();
    private final List<Question> asked = new ArrayList<>();

    private void publish(boolean deny, RateLimits limits) {
        var limit = new GlobalRateLimit(
                "route a",
                "limits",
                "shop",
                0,
                OfHost.OVERRIDE,
                ms(20),
                deny,
                500,
                WHOLE,
                WHOLE,
                LocalRateLimit.Answer.DEFAULT,
                true);
        Route route = new Route("all", Match.ANY, Rules.to("a", null), List.of(limit), limits);
        stage.engine.publish(
                Rules.snapshot(new VirtualHost("shop", List.of("shop"), List.of(route)), Rules.cluster("a", 1)));
    }

    /** The service says this after some time; null for never. */
    private void service(Answer says, long after) {
        stage.outside = (question, answer) -> {
            asked.add(question);
            if (says != null) {
                stage.time.after(after, () -> answer.accept(says));
            }
        };
    }

    private QuotaGate gate() {
        return (QuotaGate) stage.engine.ledger().gates().iterator().next();
    }

    @ParameterizedTest
    @EnumSource
    void theServiceIsAskedBeforeACallGoesOn(Style style) {
        publish(false, OWN);
        service(Answer.Quota.OK, ms(5));
        assertEquals(new Style.Got(200, "", ms(6)), style.call(stage, GET));
        assertEquals(
                List.of(new Question.Quota("limits", "shop", List.of(List.of(new Entry("client", "me"))), ms(20))),
                asked);
        assertEquals(1, gate().ok());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsOneTooManyIsRefused(Style style) {
        publish(false, OWN);
        service(new Answer.Quota(true, List.of(), "later"), ms(5));
        assertEquals(429, style.call(stage, GET).status());
        assertEquals(List.of(), stage.sentTo);
        assertEquals("later", stage.finished.get(0).refusal().body());
        assertEquals(1, gate().overLimit());
        assertEquals(0, stage.engine.underWay());
    }

    @ParameterizedTest
    @EnumSource
    void whoIsNotAnsweredInTimeGoesOn(Style style) {
        publish(false, OWN);
        service(null, 0);
        assertEquals(new Style.Got(200, "", ms(21)), style.call(stage, GET));
        assertEquals(1, gate().failed());
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatComesTooLateChangesNothing(Style style) {
        publish(false, OWN);
        service(new Answer.Quota(true, List.of(), ""), ms(20) + 1);
        stage.peer(1, new Style.Peer.Answers(200, ms(50)));
        assertEquals(new Style.Got(200, "", ms(70)), style.call(stage, GET));
        assertEquals(0, gate().overLimit());
    }

    @ParameterizedTest
    @EnumSource
    void whereTheRuleWantsAnAnswerNoneMeansNo(Style style) {
        publish(true, OWN);
        service(new Answer.Failed("it is down"), 0);
        assertEquals(500, style.call(stage, GET).status());
        assertEquals(
                "global rate limit of route a: it is down",
                stage.finished.get(0).refusal().why());
        service(null, 0);
        assertEquals(500, style.call(stage, GET).status());
        assertEquals(2, gate().failed());
        assertEquals(List.of(), stage.sentTo);
    }

    @Test
    void whatOthersWouldAnswerIsNoAnswer() {
        publish(false, OWN);
        assertEquals(200, Style.BLOCKING.call(stage, GET).status(), "nobody outside knows of quotas");
        assertEquals(1, gate().failed());
    }

    @Test
    void aCallThatIsOfNoKindIsNotAskedAbout() {
        publish(true, OWN);
        service(null, 0);
        assertEquals(
                200,
                Style.BLOCKING.call(stage, FakeRequest.get("shop", "/?other")).status());
        publish(true, RateLimits.NONE);
        assertEquals(200, Style.BLOCKING.call(stage, GET).status());
        publish(true, new RateLimits(List.of(new Kind(1, List.of(new Part.GenericKey("k", "v")))), List.of(), false));
        assertEquals(200, Style.BLOCKING.call(stage, GET).status(), "another stage");
        assertEquals(List.of(), asked);
    }

    @Test
    void kindsOfTheHostCountByTheFiltersWord() {
        Kind host = new Kind(0, List.of(new Part.GenericKey("k", "host")));
        RateLimits both = new RateLimits(OWN.own(), List.of(host), false);
        assertEquals(false, both.hostCounts(OfHost.OVERRIDE));
        assertEquals(true, both.hostCounts(OfHost.INCLUDE));
        assertEquals(false, both.hostCounts(OfHost.IGNORE));
        assertEquals(true, new RateLimits(List.of(), List.of(host), false).hostCounts(OfHost.OVERRIDE));
        assertEquals(true, new RateLimits(OWN.own(), List.of(host), true).hostCounts(OfHost.OVERRIDE));
    }

    @Test
    void queriesTellCallsApart() {
        var mine = new Part.QueryValueMatch(
                "query_match",
                "mine",
                true,
                List.of(new QueryMatch("who", new Match.StringMatch.Exact("me", false), false)));
        publish(false, new RateLimits(List.of(new Kind(0, List.of(mine))), List.of(), false));
        service(Answer.Quota.OK, 0);
        Style.BLOCKING.call(stage, FakeRequest.get("shop", "/?who=you"));
        assertEquals(List.of(), asked);
        Style.BLOCKING.call(stage, GET);
        assertEquals(List.of(List.of(new Entry("query_match", "mine"))), ((Question.Quota) asked.get(0)).descriptors());
    }

    @Test
    void explainTellsOfIt() {
        publish(true, OWN);
        service(Answer.Quota.OK, 0);
        Style.BLOCKING.call(stage, GET);
        var told = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, 0, 1);
        assertEquals(
                List.of(
                        "global rate limit (route a): domain shop, asked of cluster limits; 1 calls were let go on, 0 were"
                                + " too many, for 0 there was no answer, so that they were refused"),
                told.guards());
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> limit("", ms(20), 500, WHOLE));
        assertThrows(IllegalArgumentException.class, () -> limit("d", 0, 500, WHOLE));
        assertThrows(IllegalArgumentException.class, () -> limit("d", ms(20), 200, WHOLE));
        assertThrows(IllegalArgumentException.class, () -> limit("d", ms(20), 500, WHOLE + 1));
        assertThrows(IllegalArgumentException.class, () -> new Kind(11, List.of()));
    }

    private static GlobalRateLimit limit(String domain, long timeout, int denied, int share) {
        return new GlobalRateLimit(
                "r",
                "c",
                domain,
                0,
                OfHost.IGNORE,
                timeout,
                false,
                denied,
                share,
                share,
                LocalRateLimit.Answer.DEFAULT,
                true);
    }
}
