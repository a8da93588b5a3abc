package dev.weft.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How urgent a request is (RFC 9218), and who is refused first. */
class UrgencyTest {
    @ParameterizedTest
    @CsvSource({
        "u=0, 0",
        "u=7, 7",
        "'u=5, i', 5",
        "'i, u=1', 1",
        "'  u=2;x=\"y\" , i=?0', 2",
        "'u=2, u=6', 6",
        "i, -1",
        "'', -1",
        "u, -1",
        "u=8, -1",
        "u=-1, -1",
        "u=2.0, -1",
        "u=10, -1",
        "u=?1, -1",
        "'u=2, u=9', -1",
        "ux=2, -1",
        "U=2, -1"
    })
    void whatTheHeaderSays(String priority, int urgency) {
        assertEquals(urgency, Urgency.read(priority));
    }

    @ParameterizedTest
    @CsvSource({
        // all alike: the share of all
        "0.3, 100, 0, 100, 0.3",
        // the least urgent make up for it
        "0.3, 100, 0, 40, 0.75",
        "0.3, 100, 40, 60, 0",
        // they are not enough
        "0.5, 100, 40, 60, 0.1667",
        "0.5, 100, 0, 40, 1",
        "0, 100, 0, 100, 0",
        "0.5, 0, 0, 0, 0"
    })
    void asManyAreRefusedInAllAsMustBeTheLeastUrgentFirst(double share, long all, long less, long own, double refused) {
        assertEquals(refused, Shedding.rejectionOf(share, all, less, own), 0.001);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 0, 100",
        "100, 3, 100",
        "100, 4, 90",
        "100, 7, 60",
        "3, 7, 1",
        "1, 7, 1",
        "2147483647, 7, 1288490188"
    })
    void theLessUrgentLeaveRoom(int limit, int urgency, int room) {
        assertEquals(room, Shedding.room(limit, urgency));
    }
}
