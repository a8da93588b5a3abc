package dev.weft.control.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.registry.ConflictException;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registration;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.RegistryFile;
import dev.weft.control.registry.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When instances are tried, and what comes of it; time is turned by hand. */
class ChecksTest {
    private static final String HOST = "mail.default.svc.cluster.local";
    private static final HealthCheck CHECK =
            new HealthCheck(new HealthCheck.How.Http("/health"), Duration.ofSeconds(10), Duration.ofSeconds(1), 2, 3);

    private final ManualQueue queue = new ManualQueue();
    private final CapturedLog log = new CapturedLog();
    private final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    private final List<Instant> tried = new ArrayList<>();
    private final Set<String> ill = new HashSet<>();
    private double random;

    ChecksTest() {
        registry.listen(new Checks(
                registry,
                (instance, check, told) -> {
                    tried.add(queue.now());
                    told.accept(ill.contains(instance.address()) ? "answers 503" : null);
                },
                queue,
                () -> random));
    }

    private static Registration mail(String address, HealthCheck check) {
        return new Registration(
                "mail",
                "default",
                address,
                25,
                "http",
                Map.of(),
                "",
                "",
                1,
                State.STARTING,
                Duration.ofSeconds(60),
                check);
    }

    private State state() {
        return registry.entry(new Instance.Key(HOST, "10.0.0.1", 25)).instance().state();
    }

    @Test
    void enoughSuccessesMakeItUpAndEnoughFailuresDown() throws ConflictException {
        random = 0.5; // the first after half an interval, then one each interval
        registry.put(mail("10.0.0.1", CHECK));
        queue.pass(Duration.ofSeconds(5));
        assertEquals(State.STARTING, state());
        queue.pass(Duration.ofSeconds(10));
        assertEquals(State.UP, state());

        ill.add("10.0.0.1");
        queue.pass(Duration.ofSeconds(20));
        assertEquals(State.UP, state());
        queue.pass(Duration.ofSeconds(10));
        assertEquals(State.DOWN, state());
        assertTrue(log.text().contains("its check fails: answers 503"), log.text());

        ill.clear();
        queue.pass(Duration.ofSeconds(10));
        assertEquals(State.DOWN, state());
        queue.pass(Duration.ofSeconds(10));
        assertEquals(State.UP, state());
    }

    @Test
    void aFailureBetweenSuccessesBeginsTheCountAnew() throws ConflictException {
        random = 0.5;
        registry.put(mail("10.0.0.1", CHECK));
        queue.pass(Duration.ofSeconds(5));
        ill.add("10.0.0.1");
        queue.pass(Duration.ofSeconds(10));
        ill.clear();
        queue.pass(Duration.ofSeconds(10));
        assertEquals(State.STARTING, state());
        queue.pass(Duration.ofSeconds(10));
        assertEquals(State.UP, state());
    }

    @Test
    void whatIsWellNeedsNoRenewalAndWhatIsIllForALeaseGoes() throws ConflictException {
        registry.put(mail("10.0.0.1", CHECK));
        queue.pass(Duration.ofMinutes(10));
        assertEquals(State.UP, state());
        ill.add("10.0.0.1");
        queue.pass(Duration.ofSeconds(71));
        assertNull(registry.entry(new Instance.Key(HOST, "10.0.0.1", 25)));
        int tries = tried.size();
        queue.pass(Duration.ofMinutes(1));
        assertEquals(tries, tried.size(), "what is gone is not tried any more");
    }

    @Test
    void triesAreSpreadOverTheIntervalAndNeverTooFarApart() throws ConflictException {
        random = 0.25;
        registry.put(mail("10.0.0.1", CHECK));
        queue.pass(Duration.ofSeconds(60));
        assertEquals(Instant.parse("2026-01-01T00:00:02.500Z"), tried.get(0));
        for (int i = 1; i < tried.size(); i++) {
            assertEquals(Duration.ofMillis(9_500), Duration.between(tried.get(i - 1), tried.get(i)));
        }
        assertEquals(7, tried.size());
    }

    @Test
    void registeringAgainKeepsWhatIsKnown() throws ConflictException {
        registry.put(mail("10.0.0.1", CHECK));
        queue.pass(Duration.ofSeconds(30));
        int tries = tried.size();
        registry.put(mail("10.0.0.1", CHECK));
        assertEquals(State.UP, state());
        assertEquals(tries, tried.size());

        registry.put(mail(
                "10.0.0.1",
                new HealthCheck(new HealthCheck.How.Connection(), Duration.ofSeconds(5), Duration.ofSeconds(1), 1, 1)));
        assertEquals(State.STARTING, state(), "by another check nothing is known yet");
        queue.pass(Duration.ofSeconds(5));
        assertEquals(State.UP, state());
        registry.put(mail("10.0.0.1", null));
        tries = tried.size();
        queue.pass(Duration.ofSeconds(30));
        assertEquals(tries, tried.size());
    }

    @Test
    void whenNothingCanBeReachedNobodyIsTakenAway() throws ConflictException {
        for (int i = 1; i <= 20; i++) {
            registry.put(mail("10.0.0." + i, CHECK));
        }
        queue.pass(Duration.ofSeconds(30));
        for (int i = 1; i <= 20; i++) {
            ill.add("10.0.0." + i);
        }
        queue.pass(Duration.ofMinutes(5));
        assertEquals(20, registry.entries(HOST).size());
        assertEquals(State.DOWN, state());
    }

    @Test
    void checksOutliveTheProcess(@TempDir Path directory) throws ConflictException {
        registry.listen(new RegistryFile(directory, registry, queue, queue, log.log()));
        registry.put(mail("10.0.0.1", CHECK));
        queue.pass(Duration.ofSeconds(30));
        ManualQueue later = new ManualQueue();
        Registry second = new Registry(later, log.log(), "cluster.local", Graces.DEFAULT);
        List<Instance.Key> asked = new ArrayList<>();
        second.listen(new Checks(second, (instance, check, told) -> asked.add(instance), later, () -> 0.5));
        second.restore(new RegistryFile(directory, second, later, later, log.log()).load());
        Instance.Key key = new Instance.Key(HOST, "10.0.0.1", 25);
        assertNotNull(second.entry(key));
        assertEquals(CHECK, second.entry(key).check());
        assertEquals(State.UP, second.entry(key).instance().state());
        later.pass(Duration.ofSeconds(10));
        assertEquals(List.of(key), asked);
    }
}
