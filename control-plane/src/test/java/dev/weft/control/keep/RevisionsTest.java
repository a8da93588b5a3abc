package dev.weft.control.keep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.keep.SharedStore.Change;
import dev.weft.control.keep.SharedStore.Event;
import org.junit.jupiter.api.Test;

/** What is news, and what a replica knows already. */
class RevisionsTest {
    private static final byte[] SOME = {1};

    private final Revisions revisions = new Revisions();

    @Test
    void ownChangesAreNoNewsWhenTheStoreTellsOfThem() {
        revisions.made(new Change("a", SOME, 0), 5);
        assertEquals(5, revisions.of("a"));
        assertFalse(revisions.take(new Event("a", SOME, 5)));
        assertTrue(revisions.take(new Event("a", SOME, 6)));
        assertEquals(6, revisions.of("a"));
    }

    @Test
    void whatWasDeletedHereIsNotBroughtBackByAnOlderWord() {
        revisions.made(new Change("a", SOME, 0), 5);
        revisions.made(new Change("a", null, 5), 8);
        assertEquals(0, revisions.of("a"));
        assertFalse(revisions.take(new Event("a", SOME, 5)));
        assertEquals(0, revisions.of("a"));
        assertFalse(revisions.take(new Event("a", null, 8)));
        assertTrue(revisions.take(new Event("a", SOME, 9)));
    }

    @Test
    void whatOthersDeletedIsNewsOnce() {
        assertTrue(revisions.take(new Event("a", SOME, 3)));
        assertTrue(revisions.take(new Event("a", null, 4)));
        assertEquals(0, revisions.of("a"));
        assertFalse(revisions.take(new Event("a", null, 7)));
    }
}
