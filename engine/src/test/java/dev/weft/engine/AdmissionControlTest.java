package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.Style.Peer;
import dev.weft.engine.Style.Stage;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.ledger.AdmissionControlGate;
import dev.weft.engine.policy.Shedding;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.AdmissionControl.Statuses;
import dev.weft.engine.trace.Handed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls refused by the share of those that lately succeeded, in virtual time. */
class AdmissionControlTest {
    private static final FakeRequest GET = FakeRequest.get("shop", "/");

    private final Stage stage = new Stage();

    private static AdmissionControl policy(int minRate, double maxRejection) {
        return new AdmissionControl("listener l", true, List.of(), ms(30_000), 1, 0.95, minRate, maxRejection);
    }

    private void publish(AdmissionControl policy) {
        stage.engine.publish(Rules.guarded(Rules.to("a", null), List.of(policy), Rules.cluster("a", 1)));
    }

    private AdmissionControlGate gate() {
        return (AdmissionControlGate) stage.engine.ledger().gates().iterator().next();
    }

    private void answers(int status) {
        stage.peer(1, new Peer.Answers(status, ms(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 100, 95, 0",
        "1, 100, 100, 0",
        "1, 0, 0, 0",
        "1, 99, 47.5, 0.49",
        "2, 99, 47.5, 0.7",
        "1, 1000, 0, 0.8"
    })
    void theShareIsEnvoys(double aggression, double calls, double successes, double share) {
        AdmissionControl policy = new AdmissionControl("l", true, List.of(), ms(1_000), aggression, 0.95, 0, 0.8);
        assertEquals(share, Shedding.rejection(policy, calls, successes), 0.001);
    }

    @ParameterizedTest
    @EnumSource
    void whereNothingSucceedsMostCallsAreAnsweredHereAndSomeStillTry(Style style) {
        publish(policy(0, 0.8));
        answers(500);
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            refused += style.call(stage, GET).status() == 503 ? 1 : 0;
        }
        assertEquals(800, refused, 60);
        assertEquals(refused, gate().rejected());
        assertEquals(1_000 - refused, stage.sentTo.size());
    }

    @ParameterizedTest
    @EnumSource
    void theLeastUrgentAreRefusedFirstAndNoMoreInAll(Style style) {
        publish(policy(0, 0.8));
        answers(500);
        int[] refused = new int[8];
        for (int i = 0; i < 3_000; i++) {
            FakeRequest call = i % 3 == 0 ? GET : GET.with("priority", i % 3 == 1 ? "u=6" : "u=0");
            int urgency = i % 3 == 0 ? 3 : i % 3 == 1 ? 6 : 0;
            refused[urgency] += style.call(stage, call).status() == 503 ? 1 : 0;
        }
        // 80 % of all: everything that can wait, nearly everything usual, less than half of what is urgent
        assertEquals(2_400, refused[0] + refused[3] + refused[6], 120);
        assertTrue(refused[6] > 970, () -> "could wait: " + refused[6]);
        assertTrue(refused[3] > 950, () -> "usual: " + refused[3]);
        assertEquals(400, refused[0], 100);
    }

    @Test
    void aCallIsAsUrgentAsWhatItIsMadeFor() {
        publish(policy(0, 0.5));
        answers(500);
        int[] refused = new int[2];
        for (int i = 0; i < 1_000; i++) {
            stage.ambient.handed(Handed.of(0, i % 2 == 0 ? 1 : 5));
            refused[i % 2] += Style.BLOCKING.call(stage, GET).status() == 503 ? 1 : 0;
        }
        stage.ambient.handed(Handed.NOTHING);
        assertTrue(refused[1] > 450 && refused[0] < 50, () -> refused[0] + " and " + refused[1]);
        String words = gate().words(stage.time.nanos());
        assertTrue(words.endsWith(" calls succeeded, 50.0 % are refused: u=5 100.0 %, u=1 0.0 %"), words);
    }

    @Test
    void whereAllIsWellNothingIsRefused() {
        publish(policy(0, 0.8));
        for (int i = 0; i < 100; i++) {
            assertEquals(200, Style.BLOCKING.call(stage, GET).status());
        }
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        publish(policy(0, 1));
        answers(500);
        for (int i = 0; i < 50; i++) {
            Style.BLOCKING.call(stage, GET);
        }
        stage.time.turn(ms(31_000));
        answers(200);
        assertEquals(200, Style.BLOCKING.call(stage, GET).status());
    }

    @Test
    void fewCallsAreNeverRefused() {
        publish(policy(10_000, 1));
        answers(500);
        for (int i = 0; i < 200; i++) {
            assertEquals(500, Style.BLOCKING.call(stage, GET).status());
        }
    }

    @Test
    void whatCountsAsASuccess() {
        AdmissionControl usual = policy(0, 1);
        assertTrue(Shedding.success(usual, Outcome.CALLER_FAULT, 404));
        assertTrue(Shedding.success(usual, Outcome.OVERLOADED, 429));
        assertFalse(Shedding.success(usual, Outcome.SERVER_FAILURE, 500));
        assertFalse(Shedding.success(usual, Outcome.RESET, 0));
        assertFalse(Shedding.success(usual, Outcome.DEADLINE, 504));
        assertTrue(Shedding.success(usual, Outcome.SUCCESS, 0));
        AdmissionControl narrow =
                new AdmissionControl("l", true, List.of(new Statuses(200, 300)), ms(1_000), 1, 0.95, 0, 1);
        assertTrue(Shedding.success(narrow, Outcome.SUCCESS, 204));
        assertFalse(Shedding.success(narrow, Outcome.SUCCESS, 302));
    }

    @Test
    void explainSaysWhatShareIsRefused() {
        publish(policy(0, 0.8));
        answers(500);
        for (int i = 0; i < 20; i++) {
            Style.BLOCKING.call(stage, GET);
        }
        int sent = stage.sentTo.size();
        String said = Explainer.explain(stage.engine.live(), new SeededRandom(1), GET, stage.time.nanos(), 0)
                .text();
        assertTrue(
                said.contains(
                        "  admission control (listener l): 0 of " + sent + " calls succeeded, 80.0 % are refused\n"),
                said);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> policy(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> policy(0, 1.1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdmissionControl("l", true, List.of(), ms(1_000), 0.5, 0.95, 0, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AdmissionControl("l", true, List.of(), ms(1_000), 1, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Statuses(300, 300));
    }
}
