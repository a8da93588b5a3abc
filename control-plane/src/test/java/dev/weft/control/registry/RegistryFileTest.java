package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.queue.SerialQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits until a change is kept waits for that, and for no more. */
final class RegistryFileTest {
    @TempDir
    Path directory;

    private final CapturedLog log = new CapturedLog();
    private final ManualQueue state = new ManualQueue();

    /** Its tasks wait until the test lets it run. */
    private final List<Runnable> disk = new ArrayList<>();

    private final Registry registry = new Registry(state, log.log(), "cluster.local", Graces.DEFAULT);
    private final List<String> told = new ArrayList<>();
    private RegistryFile file;

    @BeforeEach
    void begin() {
        file = new RegistryFile(directory, registry, state, new SlowDisk(), log.log());
        file.begin();
    }

    /** A disk that writes when it is told to. */
    private final class SlowDisk implements SerialQueue {
        @Override
        public void execute(Runnable task) {
            disk.add(task);
        }

        @Override
        public int waiting() {
            return disk.size();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("nothing waits for a time at the disk");
        }

        @Override
        public Instant now() {
            return state.now();
        }

        @Override
        public long nanos() {
            return state.nanos();
        }
    }

    private void register(String service) throws ConflictException {
        registry.put(new Registration(
                service,
                "default",
                "10.0.0.1",
                80,
                "http",
                Map.of(),
                "",
                "",
                1,
                State.UP,
                Duration.ofMinutes(1),
                null));
    }

    private void write() {
        List<Runnable> now = List.copyOf(disk);
        disk.clear();
        now.forEach(Runnable::run);
        state.pass(Duration.ZERO);
    }

    private List<String> onDisk() {
        return new RegistryDisk(directory, log.log())
                .load().stream().map(kept -> kept.own().service()).toList();
    }

    @Test
    void itIsToldWhenTheChangeIsOnDiskAndNotBefore() throws ConflictException {
        register("a");
        file.whenKept(() -> told.add("a " + onDisk()));
        assertEquals(1, disk.size(), "at once, not after a pause");
        assertEquals(List.of(), told);
        write();
        assertEquals(List.of("a [a]"), told);
    }

    @Test
    void whoComesWhileItIsWrittenSharesTheNextWrite() throws ConflictException {
        register("a");
        file.whenKept(() -> told.add("a " + onDisk()));
        for (String service : List.of("b", "c", "d")) {
            register(service);
            file.whenKept(() -> told.add(service + " " + onDisk()));
        }
        assertEquals(1, disk.size());
        write();
        assertEquals(List.of("a [a]"), told);
        assertEquals(1, disk.size(), "one for the three");
        write();
        assertEquals(List.of("a [a]", "b [a, b, c, d]", "c [a, b, c, d]", "d [a, b, c, d]"), told);
        assertEquals(0, disk.size());
    }

    @Test
    void whereNothingHasChangedItIsToldAtOnceUnlessSomethingIsOnItsWay() throws ConflictException {
        file.whenKept(() -> told.add("nothing"));
        assertEquals(List.of("nothing"), told);
        register("a");
        file.whenKept(() -> told.add("a"));
        file.whenKept(() -> told.add("a again"));
        assertEquals(List.of("nothing"), told);
        write();
        assertEquals(List.of("nothing", "a", "a again"), told);
        assertEquals(0, disk.size());
    }

    @Test
    void whatNobodyWaitsForIsWrittenAfterAPause() throws ConflictException {
        register("a");
        assertEquals(0, disk.size());
        state.pass(Duration.ofMillis(200));
        assertEquals(1, disk.size());
        write();
        assertEquals(List.of("a"), onDisk());
    }
}
