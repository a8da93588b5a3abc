package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.client.Xds;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastKnownGoodTest {
    private static byte[] file() {
        var first = new Conversation().open().directory("order", "user").warm("order", 80);
        first.pass(2 * SECOND);
        assertNotNull(first.saved);
        return first.saved;
    }

    @Test
    void itIsInForceAsSoonAsTheControlPlaneCannotBeReached() {
        var second = new Conversation();
        second.core.restore(file(), second.now);
        var waiting = second.ask("order");
        assertNull(waiting.get(), "the control plane is heard first");
        second.run().close();
        assertSame(Answer.READY, waiting.get());
        assertEquals(State.KNOWN, second.last().directory().state(), "a dead control plane takes nothing away");
        assertEquals(List.of(80), second.ports(Xds.cluster("order")));
    }

    @Test
    void whatItListsIsNotLeftToDnsBeforeItIsInForce() {
        var second = new Conversation();
        second.core.restore(file(), second.now);
        var listed = second.ask("order");
        var other = second.ask("elsewhere");
        second.run();
        assertEquals(List.of("elsewhere"), second.resolving);
        second.core.resolved("order", true, second.now);
        second.core.resolved("elsewhere", true, second.now);
        assertNull(listed.get());
        assertSame(Answer.PASS, other.get());
        second.close();
        assertSame(Answer.READY, listed.get());
    }

    @Test
    void itIsInForceAfterTwoSecondsWithoutAWord() {
        var second = new Conversation();
        second.core.restore(file(), second.now);
        second.run();
        var waiting = second.ask("order");
        second.pass(2 * SECOND - 1);
        assertNull(waiting.get());
        second.pass(1);
        assertSame(Answer.READY, waiting.get());
    }

    @Test
    void aControlPlaneThatHasNothingNewConfirmsItByAPause() {
        var second = new Conversation();
        second.core.restore(file(), second.now);
        second.open();
        var waiting = second.ask("order");
        assertNull(waiting.get());
        second.pass(SECOND / 5);
        assertSame(Answer.READY, waiting.get());
        assertEquals(List.of(80), second.ports(Xds.cluster("order")));
    }

    @Test
    void theControlPlaneIsToldWhichVersionsAreHere() {
        var second = new Conversation();
        second.core.restore(file(), second.now);
        second.open();
        assertEquals("1", second.take(Xds.EDS).get(0).getInitialResourceVersionsOrDefault(Xds.cluster("order"), ""));
    }

    @Test
    void aFileCutOffAtAnyByteIsIgnored() {
        byte[] whole = file();
        for (int length = 0; length < whole.length; length++) {
            assertNull(LastKnownGood.decode(Arrays.copyOf(whole, length)), "cut at " + length);
        }
        assertNotNull(LastKnownGood.decode(whole));
    }

    @Test
    void aFileWithAnyByteChangedIsIgnored() {
        byte[] whole = file();
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x20;
            assertNull(LastKnownGood.decode(changed), "changed at " + at);
        }
    }

    @Test
    void whatWasToBeKeptEarlierDoesNotTakeThePlaceOfWhatCameLater(@TempDir Path directory) throws IOException {
        var kept = new KeptFile(directory);
        kept.write(2, new byte[] {2});
        kept.write(1, new byte[] {1});
        assertArrayEquals(new byte[] {2}, kept.read());
        kept.write(3, new byte[] {3});
        assertArrayEquals(new byte[] {3}, kept.read());
    }
}
