package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workloads without an agent: their leases have an end. */
class TermsTest {
    private static final String HOST = "mail.default.svc.cluster.local";
    private static final Duration TTL = Duration.ofSeconds(30);

    private final ManualQueue queue = new ManualQueue();
    private final CapturedLog log = new CapturedLog();
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private final List<String> changes = new ArrayList<>();

    TermsTest() {
        registry.listen(changes::add);
    }

    private static Registration mail(int last, State state) {
        return new Registration(
                "mail",
                "default",
                address(last),
                25,
                "tcp",
                Map.of("version", "v1"),
                "eu",
                "eu-1",
                1,
                state,
                TTL,
                null);
    }

    private static String address(int last) {
        return "10.0.0." + last;
    }

    private static Instance.Key key(int last) {
        return new Instance.Key(HOST, address(last), 25);
    }

    private void put(int count) throws ConflictException {
        for (int i = 1; i <= count; i++) {
            registry.put(mail(i, State.UP));
        }
    }

    private void renew(int from, int to) throws ConflictException {
        for (int i = from; i <= to; i++) {
            registry.renew(key(i), null);
        }
    }

    private int count() {
        return registry.entries(HOST).size();
    }

    @Test
    void aLeaseThatIsNotRenewedEnds() throws ConflictException {
        put(1);
        queue.pass(TTL.minusMillis(1));
        assertEquals(1, count());
        queue.pass(Duration.ofMillis(1));
        assertEquals(0, count());
        assertTrue(log.text().contains("its lease was not renewed"), log.text());
    }

    @Test
    void aLeaseThatIsRenewedGoesOn() throws ConflictException {
        put(1);
        for (int i = 0; i < 20; i++) {
            queue.pass(Duration.ofSeconds(20));
            renew(1, 1);
        }
        assertEquals(1, count());
        queue.pass(Duration.ofSeconds(25));
        assertEquals(Duration.ofSeconds(5), registry.entry(key(1)).lease().left());
    }

    @Test
    void aLeaseThatHasEndedCantBeRenewed() throws ConflictException {
        put(1);
        queue.pass(TTL);
        assertNull(registry.renew(key(1), null));
    }

    @Test
    void registeringAgainWithTheSameWordsIsARenewal() throws ConflictException {
        put(1);
        Entry first = registry.entry(key(1));
        int lines = log.text().split("\n").length;
        for (int i = 0; i < 10; i++) {
            queue.pass(Duration.ofSeconds(20));
            put(1);
        }
        assertEquals(first.own(), registry.entry(key(1)).own());
        assertEquals(lines, log.text().split("\n").length);
    }

    @Test
    void deregisteringIsInstant() throws ConflictException {
        put(2);
        assertTrue(registry.remove(key(1)));
        assertEquals(1, count());
        assertFalse(registry.remove(key(1)));
        queue.pass(TTL);
        assertEquals(0, count());
    }

    @Test
    void aRenewalSaysHowTheWorkloadIs() throws ConflictException {
        registry.put(mail(1, State.STARTING));
        assertEquals(State.STARTING, registry.entry(key(1)).instance().state());
        registry.renew(key(1), State.UP);
        assertEquals(State.UP, registry.entry(key(1)).instance().state());
        registry.renew(key(1), null);
        assertEquals(State.UP, registry.entry(key(1)).instance().state());
    }

    @Test
    void theStricterOfTheOperatorsWordAndTheInstancesOwnCounts() throws ConflictException {
        registry.put(mail(1, State.UP));
        registry.overlay(key(1), new Overlay(State.DRAINING, null, Map.of()));
        assertEquals(State.DRAINING, registry.entry(key(1)).instance().state());
        registry.renew(key(1), State.DOWN);
        assertEquals(State.DOWN, registry.entry(key(1)).instance().state());
        registry.put(mail(1, State.UP));
        assertEquals(State.DRAINING, registry.entry(key(1)).instance().state(), "registering again does not undo it");
        registry.overlay(key(1), Overlay.NONE);
        assertEquals(State.UP, registry.entry(key(1)).instance().state());
    }

    @Test
    void anOperatorsWeightAndLabelsStandBesideTheOwn() throws ConflictException {
        registry.put(mail(1, State.UP));
        registry.overlay(key(1), new Overlay(null, 5, Map.of("version", "v2", "rack", "7")));
        Instance seen = registry.entry(key(1)).instance();
        assertEquals(5, seen.weight());
        assertEquals(Map.of("version", "v2", "rack", "7"), seen.labels());
        assertEquals(Map.of("version", "v1"), registry.entry(key(1)).own().labels());
    }

    @Test
    void anOperatorsWordIsOneAboutAnAgentsInstanceToo() {
        Lease lease =
                registry.lease(new NodeIdentity("n", "mail", "default", address(1), Map.of(), "eu", "eu-1", "weft"));
        List<String> told = new ArrayList<>();
        lease.subscribe("mail:25", told::add);
        lease.health(Health.READY);
        told.clear();
        registry.overlay(key(1), new Overlay(State.DRAINING, null, Map.of()));
        assertEquals(State.DRAINING, registry.service(HOST).instances().get(0).state());
        assertEquals(List.of("mail:25"), told);
        lease.close();
        assertEquals(1, count(), "its own word was UP, so it may come back");
        Lease again =
                registry.lease(new NodeIdentity("n", "mail", "default", address(1), Map.of(), "eu", "eu-1", "weft"));
        again.subscribe("mail:25", told::add);
        assertEquals(State.DRAINING, registry.service(HOST).instances().get(0).state());
    }

    @Test
    void whatAnAgentKeepsNobodyElseCanTake() {
        Lease lease =
                registry.lease(new NodeIdentity("n", "mail", "default", address(1), Map.of(), "eu", "eu-1", "weft"));
        lease.subscribe("mail:25", name -> {});
        assertThrows(ConflictException.class, () -> registry.put(mail(1, State.UP)));
        assertThrows(ConflictException.class, () -> registry.renew(key(1), null));
        assertThrows(ConflictException.class, () -> registry.remove(key(1)));
    }

    @Test
    void anAgentTakesOverWhatHadALease() throws ConflictException {
        put(1);
        Lease lease =
                registry.lease(new NodeIdentity("n", "mail", "default", address(1), Map.of(), "eu", "eu-1", "weft"));
        lease.subscribe("mail:25", name -> {});
        queue.pass(Duration.ofMinutes(5));
        assertEquals(1, count());
        assertNull(registry.entry(key(1)).lease());
    }

    @Test
    void aFewLeasesOfManyEndAsEver() throws ConflictException {
        put(20);
        queue.pass(Duration.ofSeconds(20));
        renew(1, 14);
        queue.pass(Duration.ofSeconds(10));
        assertEquals(14, count());
    }

    @Test
    void whenMoreEndAtOnceThanDieAtOnceAllAreKept() throws ConflictException {
        put(20);
        queue.pass(Duration.ofSeconds(20));
        renew(1, 13);
        queue.pass(Duration.ofSeconds(10));
        assertEquals(20, count());
        assertTrue(registry.entry(key(20)).lease().isHeld());
        assertFalse(registry.entry(key(1)).lease().isHeld());
        assertTrue(log.text().contains("7 of 20 leases have ended at once"), log.text());

        renew(1, 14); // one more is heard of: what is left is no more than usual
        queue.pass(Duration.ofSeconds(1));
        assertEquals(14, count());
    }

    @Test
    void theyAreNotTakenAwayOneByOneEither() throws ConflictException {
        put(20);
        for (int i = 1; i <= 20; i++) { // each renews at a time of its own, and then never again
            queue.pass(Duration.ofSeconds(1));
            registry.renew(key(i), null);
        }
        queue.pass(Duration.ofSeconds(35));
        assertEquals(14, count(), "six may go within half a minute, then all others are kept");
    }

    @Test
    void nobodyIsKeptForEver() throws ConflictException {
        put(20);
        queue.pass(TTL.plusMinutes(9));
        assertEquals(20, count());
        queue.pass(Duration.ofMinutes(1).plusSeconds(1));
        assertEquals(0, count());
    }

    @Test
    void twoOfTwoMayDie() throws ConflictException {
        put(2);
        queue.pass(TTL);
        assertEquals(0, count());
    }

    @Test
    void afterAPauseEachLeaseHasAWholeTermToBeHeardOf() throws ConflictException {
        put(1);
        queue.pass(Duration.ofSeconds(10));
        queue.freeze(Duration.ofMinutes(3));
        assertEquals(1, count());
        assertTrue(log.text().contains("was not awake for"), log.text());
        queue.pass(TTL.minusMillis(1));
        assertEquals(1, count());
        queue.pass(Duration.ofSeconds(1));
        assertEquals(0, count());
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, 60})
    void whoeverSetsTheMachinesClockLeasesLastAsLongAsTheyDo(long minutes) throws ConflictException {
        put(2);
        queue.pass(Duration.ofSeconds(20));
        queue.setClock(Duration.ofMinutes(minutes));
        assertEquals(Duration.ofSeconds(10), registry.entry(key(1)).lease().left());
        queue.pass(Duration.ofSeconds(9));
        renew(1, 1);
        queue.setClock(Duration.ofMinutes(-minutes));
        assertEquals(2, count());
        queue.pass(Duration.ofSeconds(1));
        assertEquals(1, count());
        queue.pass(Duration.ofSeconds(28));
        assertEquals(1, count());
        queue.pass(Duration.ofSeconds(1));
        assertEquals(0, count());
        assertFalse(log.text().contains("was not awake"), log.text());
    }

    @Test
    void leasesAndTheOperatorsWordOutliveTheProcess(@TempDir Path directory) throws ConflictException {
        registry.listen(new RegistryFile(directory, registry, queue, queue, log.log()));
        put(1);
        registry.overlay(key(1), new Overlay(State.DOWN, 7, Map.of("rack", "7")));
        queue.pass(Duration.ofSeconds(25));

        ManualQueue later = new ManualQueue();
        Registry second = new Registry(later, log.log(), "cluster.local", Graces.DEFAULT);
        second.restore(new RegistryFile(directory, second, later, later, log.log()).load());
        assertEquals(registry.kept(), second.kept());
        later.pass(TTL.minusMillis(1));
        assertNotNull(second.renew(key(1), null));
        later.pass(TTL.plusSeconds(1)); // looked at once a second
        assertNull(second.entry(key(1)));
    }

    @Test
    void aFileOfAnEarlierVersionIsRead(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("registry.json"), """
                [{"service":"mail","namespace":"default","host":"%s","address":"10.0.0.1","port":25,
                  "protocol":"tcp","labels":{},"region":"","zone":"","state":"UP",
                  "connectedSince":"2026-01-01T00:00:00Z","node":"n"}]
                """.formatted(HOST));
        registry.restore(new RegistryFile(directory, registry, queue, queue, log.log()).load());
        assertEquals(1, registry.entry(key(1)).instance().weight());
        assertNull(registry.entry(key(1)).lease());
    }

    @Test
    void whatCantBeKeptIsNamedFieldByField() {
        List<String> wrong = new ArrayList<>();
        new Registration(
                        "Mail!",
                        "",
                        "localhost",
                        0,
                        "TCP",
                        Map.of("a", "\n"),
                        "",
                        "",
                        0,
                        State.UP,
                        Duration.ofSeconds(4),
                        null)
                .check((field, reason) -> wrong.add(field));
        assertEquals(
                List.of("service", "namespace", "address", "port", "protocol", "labels.a", "weight", "ttl"), wrong);
    }
}
