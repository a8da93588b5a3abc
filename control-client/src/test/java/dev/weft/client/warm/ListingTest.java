package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Xds;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory.State;
import dev.weft.protocol.v1.ServiceNames;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A directory that comes in parts. */
final class ListingTest {
    private final Conversation c = new Conversation();

    private static ServiceNames parts(int count) {
        return ServiceNames.newBuilder().setParts(count).build();
    }

    private void index(int count) {
        c.give(Xds.DIRECTORY, "default", "i" + count, parts(count)).pass(SECOND);
    }

    private void part(String name, String version, String... services) {
        c.give(Xds.DIRECTORY, "default/" + name, version, Xds.directory(services));
    }

    private Set<String> names() {
        return c.last().directory().names().keySet();
    }

    private Set<String> asked() {
        return Set.copyOf(c.take(Xds.DIRECTORY).stream()
                .flatMap(request -> request.getResourceNamesSubscribeList().stream())
                .toList());
    }

    @Test
    void itsPartsAreAskedForAndItIsKnownOnceAllOfThemAreHere() {
        c.open();
        assertEquals(Set.of("default"), asked());
        index(2);
        assertEquals(Set.of("default/2/0", "default/2/1"), asked());
        part("2/0", "a", "order");
        assertEquals(State.PENDING, c.last().directory().state());
        part("2/1", "b", "user");
        assertEquals(State.KNOWN, c.last().directory().state());
        assertTrue(names().containsAll(Set.of("order", "user", Xds.host("order"), Xds.host("user"))));
        var unknown = c.ask("example.com");
        assertSame(Answer.READY, unknown.get());
    }

    @Test
    void aPartThatChangesReplacesWhatItHadAndNothingElse() {
        c.open();
        index(2);
        part("2/0", "a", "order");
        part("2/1", "b", "user");
        part("2/1", "c", "user", "stock");
        assertTrue(names().containsAll(Set.of("order", "user", "stock")));
        part("2/1", "d", "stock");
        assertTrue(names().containsAll(Set.of("order", "stock")));
        assertTrue(!names().contains("user"), names().toString());
    }

    @Test
    void whenItStandsInOtherPartsTheOldOnesCountUntilAllOfTheNewAreHere() {
        c.open();
        index(2);
        part("2/0", "a", "order");
        part("2/1", "b", "user");
        c.take(Xds.DIRECTORY);
        index(4);
        var request = c.take(Xds.DIRECTORY).stream()
                .filter(one -> one.getResourceNamesSubscribeCount() > 0)
                .toList();
        assertEquals(1, request.size());
        assertEquals(
                List.of("default/4/0", "default/4/1", "default/4/2", "default/4/3"),
                request.get(0).getResourceNamesSubscribeList());
        assertEquals(
                Set.of("default/2/0", "default/2/1"), Set.copyOf(request.get(0).getResourceNamesUnsubscribeList()));
        c.remove(Xds.DIRECTORY, "default/2/0");
        part("4/0", "a", "order");
        part("4/1", "b");
        part("4/2", "c", "stock");
        assertTrue(names().contains("user"));
        part("4/3", "d");
        assertTrue(names().containsAll(Set.of("order", "stock")));
        assertTrue(!names().contains("user"), names().toString());
    }

    @Test
    void itMayBecomeWholeAgain() {
        c.open();
        index(2);
        part("2/0", "a", "order");
        part("2/1", "b", "user");
        c.directory("stock").pass(SECOND);
        assertTrue(names().contains("stock"));
        assertTrue(!names().contains("order"), names().toString());
    }

    @Test
    void aPartThatIsRefusedLeavesTheListAsItWas() {
        c.open();
        index(2);
        part("2/0", "a", "order");
        part("2/1", "b", "user");
        c.give(Xds.DIRECTORY, "default/2/1", "c", parts(3));
        assertTrue(c.refused().containsKey("default/2/1"), c.refused().toString());
        assertTrue(names().containsAll(Set.of("order", "user")));
    }

    @Test
    void anIndexThatAlsoHasServicesOrTooManyPartsIsRefused() {
        c.open();
        c.give(
                Xds.DIRECTORY,
                "default",
                "1",
                Xds.directory("order").toBuilder().setParts(2).build());
        assertEquals("services: stand beside parts", c.refused().get("default"));
        c.give(Xds.DIRECTORY, "default", "2", parts(1_000_000));
        assertEquals("parts: 1000000 are more than 16384", c.refused().get("default"));
        assertEquals(State.FAILED, c.last().directory().state());
    }

    @Test
    void aHostsOwnNameIsNotHiddenByWhatOneOfAnotherPartGoesBy() {
        c.open();
        index(2);
        part("2/0", "a", "order");
        var plain = ServiceNames.newBuilder();
        plain.addServicesBuilder().setHost("order");
        c.give(Xds.DIRECTORY, "default/2/1", "b", plain.build());
        assertEquals("order", c.last().directory().names().get("order").service());
        assertEquals(
                Xds.host("order"),
                c.last().directory().names().get("order.default").service());
    }

    @Test
    void theNextRunHasItAndTellsTheControlPlaneWhichPartsAreHere() {
        c.open();
        index(2);
        part("2/0", "a", "order");
        part("2/1", "b", "user");
        c.pass(2 * SECOND);
        byte[] saved = c.saved;
        assertNotNull(saved);

        var second = new Conversation();
        second.core.restore(saved, second.now);
        second.open();
        var request = second.take(Xds.DIRECTORY).get(0);
        assertEquals(List.of("default", "default/2/0", "default/2/1"), request.getResourceNamesSubscribeList());
        assertEquals("b", request.getInitialResourceVersionsOrDefault("default/2/1", ""));
        assertNull(second.ask("user").get(), "the control plane is heard first");
        second.pass(2 * SECOND);
        assertEquals(State.KNOWN, second.last().directory().state());
        assertTrue(second.last().directory().names().containsKey("user"));
    }
}
