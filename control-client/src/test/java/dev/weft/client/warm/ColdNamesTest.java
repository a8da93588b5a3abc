package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Xds;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Directory.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ColdNamesTest {
    private final Conversation c = new Conversation();

    @Test
    void beforeTheDirectoryANameThatDnsKnowsPassesAndAnotherWaits() {
        var known = c.ask("example.org");
        var unknown = c.ask("order");
        c.run();
        assertEquals(List.of("example.org", "order"), c.resolving);
        c.core.resolved("example.org", true, c.now);
        c.core.resolved("order", false, c.now);
        assertSame(Answer.PASS, known.get());
        assertNull(unknown.get());
        c.open().directory("order").warm("order", 80);
        assertSame(Answer.READY, unknown.get());
    }

    @Test
    void whatCannotBeMadeWithoutTheMeshWaitsWhateverDnsKnows() {
        var can = c.ask("order");
        var cannot = c.askInAnyCase("order");
        var only = c.askInAnyCase("user");
        c.run();
        assertEquals(List.of("order"), c.resolving);
        c.core.resolved("order", true, c.now);
        c.core.resolved("user", true, c.now);
        assertSame(Answer.PASS, can.get());
        assertNull(cannot.get());
        assertNull(only.get());
        c.open().directory("order").warm("order", 80);
        assertSame(Answer.READY, cannot.get());
        assertSame(Answer.READY, only.get(), "it is nobody's");
    }

    @Test
    void aNameThatTheDirectoryDoesNotListIsAnsweredWhenItArrives() {
        var answer = c.ask("elsewhere");
        c.run();
        c.core.resolved("elsewhere", false, c.now);
        assertNull(answer.get());
        c.open().directory("order");
        assertSame(Answer.READY, answer.get());
    }

    @Test
    void withoutADirectoryForFiveSecondsNamesAreLeftToDns() {
        c.open();
        var answer = c.ask("order");
        c.pass(4 * SECOND);
        assertNull(answer.get());
        c.pass(2 * SECOND);
        assertEquals(State.FAILED, c.last().directory().state());
        assertTrue(answer.get() == Answer.READY || answer.get() instanceof Answer.Failed);
        c.directory("order");
        assertEquals(State.KNOWN, c.last().directory().state());
    }

    @Test
    void aKnownNameThatStaysColdFailsWithTheCause() {
        c.open().directory("order");
        var answer = c.ask("order");
        c.pass(6 * SECOND);
        var failed = assertInstanceOf(Answer.Failed.class, answer.get());
        assertTrue(failed.why().contains("order") && failed.why().contains("in time"), failed.why());
    }

    @Test
    void everyNameOfAServiceMeansTheSameListener() {
        c.open().directory("order");
        var names = List.of("order", "order.default", "order.default.svc", Xds.host("order"));
        var answers = names.stream().map(c::ask).toList();
        c.run().warm("order", 80);
        answers.forEach(answer -> assertSame(Answer.READY, answer.get()));
        assertEquals(Map.of(Xds.host("order"), "1"), c.core.status().resources().get("LISTENER"));
    }

    @Test
    void servicesWithDeclaredPortsHaveAListenerForEachAndTheirDomainsAreNarrowedToIt() {
        var directory = Xds.directory("order").toBuilder();
        directory.getServicesBuilder(0).addPorts(80).addPorts(81);
        c.open().give(Xds.DIRECTORY, "default", "1", directory.build());
        var answer = c.ask("order");
        c.run();
        String listener = Xds.host("order") + ":80";
        assertEquals(List.of(listener), List.copyOf(c.take(Xds.LDS).get(0).getResourceNamesSubscribeList()));
        String cluster = Xds.cluster("order");
        c.give(Xds.LDS, listener, "1", Xds.listener(listener, cluster));
        c.give(Xds.RDS, cluster, "1", Xds.routes("order", cluster));
        c.give(Xds.CDS, cluster, "1", Xds.eds(cluster));
        c.give(Xds.EDS, cluster, "1", Xds.endpoints(cluster, 8080));
        assertSame(Answer.READY, answer.get());
        assertTrue(c.last().hosts().get(0).domains().contains("order:80"));
        assertTrue(c.last().hosts().get(0).domains().stream().allMatch(domain -> domain.endsWith(":80")));
    }
}
