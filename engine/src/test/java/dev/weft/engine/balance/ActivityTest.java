package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ActivityTest {
    private final Activity activity = new Activity();

    private void assertCounts(int inFlight, long successes) {
        assertEquals(inFlight, activity.inFlight());
        assertEquals(successes, activity.successes());
    }

    @Test
    void whatGoesWellIsCountedWhenItEndsAndWhatDoesNotIsOnlyOver() {
        activity.begin();
        activity.begin();
        activity.begin();
        assertCounts(3, 0);
        activity.succeed(1);
        assertCounts(2, 1);
        activity.end(1);
        assertCounts(1, 1);
    }

    @Test
    void whatGoesWellBeforeItEndsIsStillInFlight() {
        activity.begin();
        activity.well();
        assertCounts(1, 1);
        activity.end(1);
        assertCounts(0, 1);
    }

    @Test
    void moreInFlightThanThereIsRoomForMixesNothingUpForGood() {
        int many = 1 << 20;
        for (int i = 0; i < many; i++) {
            activity.begin();
        }
        for (int i = 0; i < many; i++) {
            activity.end(1);
        }
        assertCounts(0, 0);
    }
}
