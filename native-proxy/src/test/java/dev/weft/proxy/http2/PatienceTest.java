package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void whatWorkEarnsIsBounded() {
        Patience patience = new Patience(100, 0);
        patience.give(1_000_000);
        assertTrue(patience.take(100, 0));
        assertFalse(patience.take(1, 0));
    }

    @Test
    void aHundredFramesCanBeHadEachSecond() {
        Patience patience = new Patience(1000, 0);
        assertTrue(patience.take(1000, 0));
        assertTrue(patience.take(100, SECOND));
        assertFalse(patience.take(1, SECOND));
    }

    @Test
    void lookingOftenLosesNoTime() {
        Patience patience = new Patience(1000, 0);
        assertTrue(patience.take(1000, 0));
        for (int i = 1; i <= 1000; i++) {
            assertTrue(patience.take(i % 10 == 0 ? 1 : 0, i * SECOND / 1000));
        }
    }
}
