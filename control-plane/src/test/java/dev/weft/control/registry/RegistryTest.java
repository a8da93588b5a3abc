package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.queue.SerialQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTest {
    private static final String HOST = "order.default.svc.cluster.local";

    private final ManualQueue queue = new ManualQueue();
    private final CapturedLog log = new CapturedLog();
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private final List<String> changes = new ArrayList<>();

    RegistryTest() {
        registry.listen(changes::add);
    }

    private static NodeIdentity node(String id, String address) {
        return new NodeIdentity(id, "order", "default", address, Map.of("app", "order"), "eu", "eu-1", "weft");
    }

    private Lease register(String id, String name) {
        Lease lease = registry.lease(node(id, "10.0.0.1"));
        lease.subscribe(name, changed -> {});
        return lease;
    }

    private List<State> states() {
        Service service = registry.service(HOST);
        return service == null
                ? List.of()
                : service.instances().stream().map(Instance::state).toList();
    }

    @Test
    void aPortStartsUntilItsWorkloadSaysThatItIsReady() {
        Lease lease = register("a", "order:8080/http");
        assertEquals(List.of(State.STARTING), states());
        lease.health(new Health(Health.Kind.NOT_READY, "warming up"));
        assertEquals(List.of(State.STARTING), states());
        lease.health(Health.READY);
        assertEquals(List.of(State.UP), states());
    }

    @Test
    void aPortRegisteredByAReadyWorkloadIsUpAtOnce() {
        Lease lease = register("a", "order:8080");
        lease.health(Health.READY);
        lease.subscribe("order:8081", changed -> {});
        assertEquals(List.of(State.UP, State.UP), states());
    }

    @Test
    void aLostStreamKeepsItsInstancesForSevenSeconds() {
        Lease lease = register("a", "order:8080");
        lease.health(Health.READY);
        lease.close();
        queue.pass(Duration.ofMillis(6_999));
        assertEquals(List.of(State.UP), states());
        queue.pass(Duration.ofMillis(1));
        assertEquals(List.of(), states());
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, 60})
    void whoeverSetsTheMachinesClockTheyAreKeptAsLong(long minutes) {
        Lease lease = register("a", "order:8080");
        lease.health(Health.READY);
        lease.close();
        queue.pass(Duration.ofSeconds(3));
        queue.setClock(Duration.ofMinutes(minutes));
        queue.pass(Duration.ofMillis(3_999));
        assertEquals(List.of(State.UP), states());
        queue.pass(Duration.ofMillis(1));
        assertEquals(List.of(), states());
        assertNotNull(registry.service(HOST), "the name stays");
        queue.setClock(Duration.ofMinutes(-minutes));
        queue.pass(Graces.DEFAULT.emptyService().minusMillis(1));
        assertNotNull(registry.service(HOST));
        queue.pass(Duration.ofMillis(1));
        assertNull(registry.service(HOST));
    }

    @Test
    void aDrainingInstanceGoesWithItsStream() {
        Lease lease = register("a", "order:8080");
        lease.health(Health.READY);
        lease.health(new Health(Health.Kind.DRAINING, ""));
        assertEquals(List.of(State.DRAINING), states());
        lease.close();
        assertEquals(List.of(), states());
    }

    @Test
    void theSameProcessComesBackInTheStateThatItHad() {
        Lease lease = register("a", "order:8080");
        lease.health(Health.READY);
        lease.close();
        queue.pass(Duration.ofSeconds(5));
        register("a", "order:8080");
        assertEquals(List.of(State.UP), states());
        queue.pass(Duration.ofMinutes(5));
        assertEquals(List.of(State.UP), states());
    }

    @Test
    void anotherProcessAtTheSamePortStartsAnew() {
        register("a", "order:8080").health(Health.READY);
        register("b", "order:8080");
        assertEquals(List.of(State.STARTING), states());
    }

    @Test
    void aStreamThatWasReplacedTakesNothingWithIt() {
        Lease old = register("a", "order:8080");
        old.health(Health.READY);
        Lease young = register("a", "order:8080");
        old.close();
        queue.pass(Duration.ofMinutes(1));
        assertEquals(List.of(State.UP), states());
        assertNull(old.get("order:8080"));
        assertNotNull(young.get("order:8080"));
    }

    @Test
    void theReplacedStreamIsToldWhy() {
        Lease old = register("a", "order:8080");
        register("b", "order:8080");
        String refusal = old.refusal("order:8080");
        assertTrue(refusal != null && refusal.contains("a newer stream"), refusal);
    }

    @Test
    void registeringAgainUnderOtherLabelsReplacesTheFirstName() {
        Lease lease = register("a", "order:8080?version=v1");
        lease.subscribe("order:8080?version=v2", changed -> {});
        lease.unsubscribe("order:8080?version=v1", changed -> {});
        assertEquals("v2", registry.service(HOST).instances().get(0).version());
    }

    @Test
    void aServiceWithoutInstancesKeepsItsNameForAWhile() {
        Lease lease = register("a", "order:8080");
        lease.unsubscribe("order:8080", changed -> {});
        assertEquals(List.of(), states());
        assertNotNull(registry.service(HOST));
        queue.pass(Duration.ofMinutes(10));
        assertNull(registry.service(HOST));
    }

    @Test
    void aServiceThatComesBackIsNotForgotten() {
        register("a", "order:8080").unsubscribe("order:8080", changed -> {});
        queue.pass(Duration.ofMinutes(9));
        register("a", "order:8080");
        queue.pass(Duration.ofMinutes(9));
        assertNotNull(registry.service(HOST));
    }

    @Test
    void whatWasSavedIsRestoredAndEndsWhenNobodyComesBack(@TempDir Path directory) {
        registry.listen(new RegistryFile(directory, registry, queue, queue, log.log()));
        register("a", "order:8080?version=v1").health(Health.READY);
        queue.pass(Duration.ofSeconds(1));

        ManualQueue later = new ManualQueue();
        Registry second = new Registry(later, log.log(), "cluster.local", Graces.DEFAULT);
        List<Kept> saved = new RegistryFile(directory, second, later, later, log.log()).load();
        assertEquals(registry.kept(), saved);
        second.restore(saved);
        later.pass(Duration.ofSeconds(59));
        assertEquals(1, second.service(HOST).instances().size());
        later.pass(Duration.ofSeconds(1));
        assertEquals(0, second.service(HOST).instances().size());
    }

    @Test
    void onASlowDiskOnlyOneWriteWaits(@TempDir Path directory) throws ConflictException {
        List<Runnable> writes = new ArrayList<>();
        SerialQueue slow = new SerialQueue() {
            @Override
            public int waiting() {
                return 0;
            }

            @Override
            public void execute(Runnable task) {
                writes.add(task);
            }

            @Override
            public Timer after(Duration delay, Runnable task) {
                return queue.after(delay, task);
            }

            @Override
            public Instant now() {
                return queue.now();
            }

            @Override
            public long nanos() {
                return queue.nanos();
            }
        };
        RegistryFile file = new RegistryFile(directory, registry, queue, slow, log.log());
        registry.listen(file);
        for (String zone : List.of("a", "b", "c")) {
            registry.put(leased(State.UP, zone));
            queue.pass(Duration.ofSeconds(1));
            assertEquals(1, writes.size());
        }
        writes.remove(0).run();
        assertEquals("a", file.load().get(0).own().zone());
        queue.pass(Duration.ofSeconds(1));
        writes.remove(0).run();
        assertEquals("c", file.load().get(0).own().zone());
        queue.pass(Duration.ofSeconds(1));
        assertEquals(List.of(), writes);
    }

    @Test
    void aRestoredInstanceThatRegistersAgainStays() {
        Lease lease = register("a", "order:8080");
        lease.health(Health.READY);
        List<Kept> saved = registry.kept();
        Registry second = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
        second.restore(saved);
        second.lease(node("a", "10.0.0.1")).subscribe("order:8080", changed -> {});
        queue.pass(Duration.ofMinutes(2));
        assertEquals(State.UP, second.service(HOST).instances().get(0).state());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| registry.json can't be read, starting without it",
                "not json| registry.json can't be read, starting without it",
                "[{}]| an instance of null makes no sense and is left out: Name is null",
                "[{\"host\":\"x\",\"state\":\"GONE\"}]| an instance of x makes no sense and is left out: No enum",
                "{\"a\":1}| registry.json can't be read, starting without it",
                "[{\"unknown\":1}]| an instance of null makes no sense and is left out: Name is null"
            })
    void whatIsDamagedIsReportedAndLeftOut(String content, String said, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("registry.json"), content);
        assertEquals(List.of(), new RegistryFile(directory, registry, queue, queue, log.log()).load());
        assertTrue(log.text().contains(said), log.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "order | is not SERVICE:PORT",
                "order:http | is not SERVICE:PORT",
                "order:0 | port 0",
                "order:65536 | port 65536",
                "or der:80 | service name",
                "-order:80 | service name",
                "a.b:80 | service name",
                ":80 | service name",
                "order:80?version | is not NAME=VALUE",
                "order:80?version=%zz | is not percent-encoded"
            })
    void aNameThatMakesNoSenseIsRefusedWithItsReason(String name, String reason) {
        Lease lease = register("a", name);
        assertNull(lease.get(name));
        String refusal = lease.refusal(name);
        assertTrue(refusal != null && refusal.contains(reason), refusal);
        assertEquals(List.of(), changes);
    }

    @ParameterizedTest
    @CsvSource({"localhost", "0.0.0.0", "::", "224.0.0.1", "''", "10.0.0.256", "fe80::1%"})
    void anAddressThatIsNotThatOfOneMachineIsRefused(String address) {
        Lease lease = registry.lease(node("a", address));
        lease.subscribe("order:80", changed -> {});
        String refusal = lease.refusal("order:80");
        assertTrue(refusal != null && refusal.contains("address"), refusal);
    }

    @Test
    void whatANodeSaysWithoutAnEndIsRefusedByName() {
        Lease lease = registry.lease(new NodeIdentity(
                "n", "order", "default", "10.0.0.1", Map.of("note", "x".repeat(2_000)), "eu", "eu-1", "weft"));
        lease.subscribe("order:80", changed -> {});
        assertEquals("label 'note' has 2000 characters, more than 1024", lease.refusal("order:80"));
        Lease other = registry.lease(
                new NodeIdentity("n", "order", "default", "10.0.0.1", Map.of(), "eu", "z".repeat(2_000), "weft"));
        other.subscribe("order:80", changed -> {});
        assertEquals("zone has 2000 characters, more than 1024", other.refusal("order:80"));
        assertEquals(List.of(), states());
    }

    @Test
    void itsPortsAreSaidInTheSameOrderInEveryProcess() {
        Instance instance = new Instance(
                "order",
                "default",
                HOST,
                "10.0.0.1",
                80,
                "http",
                Map.of(),
                "",
                "",
                1,
                State.UP,
                queue.now(),
                "",
                Set.of(9443, 443, 8080, 80, 8443, 9090, 81));
        assertEquals(
                "[80, 81, 443, 8080, 8443, 9090, 9443]", instance.servicePorts().toString());
    }

    @Test
    void labelsAreDecodedAndWinOverThoseOfTheNode() {
        register("a", "order:8080/grpc?version=1%2B2&app=other&note=a%20b");
        Instance instance = registry.service(HOST).instances().get(0);
        assertEquals(Map.of("version", "1+2", "app", "other", "note", "a b"), instance.labels());
        assertEquals("grpc", instance.protocol());
    }

    private static Registration leased(State state, String zone) {
        return new Registration(
                "order", "default", "10.0.0.1", 25, "http", Map.of(), "", zone, 1, state, Duration.ofSeconds(60), null);
    }

    @Test
    void registeringAgainInTheSameWordsIsNoChange() throws ConflictException {
        registry.put(leased(State.UP, "a"));
        queue.pass(Duration.ofSeconds(50));
        registry.put(leased(State.UP, "a"));
        assertEquals(List.of(HOST), changes);
        queue.pass(Duration.ofSeconds(50));
        assertEquals(List.of(State.UP), states(), "but it renews the lease");
        registry.put(leased(State.UP, "b"));
        assertEquals(List.of(HOST, HOST), changes);
    }

    @Test
    void anOperatorsWordThatCallersDoNotSeeYetIsAChangeToo() throws ConflictException {
        Registration asked = leased(State.DOWN, "a");
        Instance.Key key = new Instance.Key(HOST, asked.address(), asked.port());
        registry.put(asked);
        changes.clear();
        Overlay word = new Overlay(State.DRAINING, null, Map.of());
        registry.overlay(key, word);
        assertEquals(List.of(HOST), changes);
        assertTrue(log.text().contains("changed by an operator: DOWN"), log.text());
        registry.overlay(key, word);
        assertEquals(List.of(HOST), changes, "once");
    }

    @Test
    void whatAnInstanceSaysBehindAnOperatorsWordIsAChangeToo() throws ConflictException {
        Registration asked = leased(State.UP, "a");
        Instance.Key key = new Instance.Key(HOST, asked.address(), asked.port());
        registry.put(asked);
        registry.overlay(key, new Overlay(State.DOWN, null, Map.of()));
        changes.clear();
        registry.renew(key, State.DRAINING);
        assertEquals(List.of(HOST), changes);
        registry.renew(key, State.DRAINING);
        assertEquals(List.of(HOST), changes, "once");
    }

    @Test
    void aListenerThatThrowsDoesNotKeepLeasesFromEnding() throws ConflictException {
        boolean[] isAngry = {false};
        registry.listen(host -> {
            if (isAngry[0]) {
                throw new IllegalStateException("angry");
            }
        });
        registry.put(leased(State.UP, "a"));
        isAngry[0] = true;
        assertThrows(IllegalStateException.class, () -> queue.pass(Duration.ofSeconds(62)));
        isAngry[0] = false;
        registry.put(leased(State.UP, "b"));
        queue.pass(Duration.ofSeconds(62));
        assertEquals(List.of(), states());
    }

    private static HealthCheck check(Duration timeout) {
        return new HealthCheck(new HealthCheck.How.Http("/health"), Duration.ofSeconds(10), timeout, 1, 1);
    }

    @Test
    void aRenewalDoesNotSayWhatACheckFindsOut() throws ConflictException {
        registry.put(new Registration(
                "order",
                "default",
                "10.0.0.1",
                25,
                "http",
                Map.of(),
                "",
                "",
                1,
                State.STARTING,
                Duration.ofSeconds(60),
                check(Duration.ofSeconds(1))));
        Instance.Key key = new Instance.Key(HOST, "10.0.0.1", 25);
        assertThrows(ConflictException.class, () -> registry.renew(key, State.UP));
        assertNotNull(registry.renew(key, null));
        assertEquals(List.of(State.STARTING), states());
    }

    @Test
    void aCheckHasAMillisecondAtLeast() {
        List<String> wrong = new ArrayList<>();
        check(Duration.ofMillis(1)).check(Duration.ofMinutes(1), (field, why) -> wrong.add(field));
        assertEquals(List.of(), wrong);
        check(Duration.ofNanos(999_999)).check(Duration.ofMinutes(1), (field, why) -> wrong.add(field));
        assertEquals(List.of("check.timeout"), wrong);
    }
}
