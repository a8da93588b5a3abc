package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.ControlClient.Health;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the mesh and callers are told, by an operator's drain and by the end of the process. */
class ServiceStateTest {
    private long now = 1_000;
    private final List<String> told = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();
    private final ServiceState state = new ServiceState(
            (health, why) -> told.add(health.name()), () -> told.add("callers leave"), () -> now, logged::add);

    @Test
    void anOperatorsDrainIsTakenBackToWhatTheApplicationIsByThen() {
        state.applicationIs(Health.UP, "");
        assertTrue(state.leave());
        assertFalse(state.leave(), "it is told once");
        assertEquals(List.of("UP", "DRAINING", "callers leave"), told);
        assertEquals("DRAINING", state.word());
        assertTrue(state.leaving());
        assertFalse(state.ending(), "the application's own calls go on as ever");
        state.applicationIs(Health.DOWN, "ill");
        assertEquals(3, told.size(), "it leaves whatever the application does");
        assertTrue(state.stay());
        assertEquals("DOWN", told.get(3));
        state.applicationIs(Health.UP, "");
        assertEquals(List.of("DOWN", "UP"), told.subList(3, 5));
        assertEquals("UP", state.word());
    }

    @Test
    void theLatestReasonIsShownAndAChangeIsLogged() {
        state.applicationIs(Health.STARTING, "no connection");
        state.applicationIs(Health.STARTING, "answers 503");
        assertEquals("STARTING: answers 503", state.applicationWord());
        state.applicationIs(Health.UP, "");
        state.applicationIs(Health.DOWN, "answers 500");
        state.applicationIs(Health.DOWN, "no answer in time");
        assertEquals("DOWN: no answer in time", state.applicationWord());
        assertEquals(List.of("STARTING", "STARTING", "UP", "DOWN", "DOWN"), told, "the mesh hears of each");
        assertEquals(
                List.of(
                        "the application is not up yet: no connection",
                        "the application is up",
                        "the application is down: answers 500"),
                logged);
    }

    @Test
    void whatWasNotDrainedStaysAsItIs() {
        state.applicationIs(Health.UP, "");
        assertTrue(state.stay());
        assertEquals(List.of("UP"), told);
    }

    @Test
    void theEndTellsCallersThatCameSinceAndCountsFromTheFirst() {
        state.applicationIs(Health.UP, "");
        state.leave();
        now = 9_000;
        assertEquals(1_000, state.end(), "an operator has told them");
        assertEquals(List.of("UP", "DRAINING", "callers leave", "callers leave"), told);
        assertFalse(state.stay(), "the end can't be taken back");
        assertTrue(state.ending());
        assertEquals("DRAINING", state.word());
    }

    @Test
    void withoutADrainTheEndIsOne() {
        state.applicationIs(Health.UP, "");
        now = 5_000;
        assertEquals(5_000, state.end());
        assertEquals(List.of("UP", "DRAINING", "callers leave"), told);
    }

    @Test
    void whoHandsTheServiceOnTellsNobody() {
        state.applicationIs(Health.UP, "");
        state.hand();
        state.applicationIs(Health.DOWN, "ill");
        assertEquals(List.of("UP"), told);
        assertTrue(state.leaving() && state.ending());
    }
}
