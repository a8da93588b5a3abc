package dev.weft.control.registry;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.RegistryDisk.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registered instances on disk, so that a restart of the control plane takes no endpoint away
 * from anyone. A change costs what its own service costs, whatever else is registered.
 */
public final class RegistryFile implements RegistryStore {
    private static final Duration DELAY = Duration.ofMillis(200);

    /** To write takes a tenth of the time at the most, while nobody waits for it: what changes again is written once. */
    private static final int REST = 9;

    /** At once, so that what is on its way to the disk stays small beside the registry. */
    private static final int MOST_SERVICES = 1_000;

    private final RegistryDisk files;
    private final Registry registry;
    private final SerialQueue state;
    private final SerialQueue disk;
    private final Set<String> dirty = new LinkedHashSet<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean isWriting;
    private SerialQueue.@Nullable Timer next;
    private Duration pause = DELAY;

    /**
     * @param state the queue that owns the registry
     * @param disk where files are written, so that a slow disk holds nobody up
     */
    public RegistryFile(Path directory, Registry registry, SerialQueue state, SerialQueue disk, Log log) {
        this.files = new RegistryDisk(directory, log);
        this.registry = registry;
        this.state = state;
        this.disk = disk;
    }

    /** What the last process left; nothing when there is no file or it can't be read. */
    public List<Kept> load() {
        return files.load();
    }

    @Override
    public void begin() {
        registry.restore(load());
        registry.listen(this);
    }

    @Override
    public void changed(String host) {
        dirty.add(host);
        schedule();
    }

    /** Those who wait are not kept waiting for others that may change: those that come meanwhile share the next write. */
    @Override
    public void whenKept(Runnable task) {
        waiting.add(task);
        schedule();
    }

    /** One write at a time: on a slow disk they would pile up, each with its instances in memory. */
    private void schedule() {
        if (isWriting) {
            return;
        }
        if (!waiting.isEmpty()) {
            saveThenGoOn();
        } else if (!dirty.isEmpty() && next == null) {
            next = state.after(pause, this::saveThenGoOn);
        }
    }

    private void saveThenGoOn() {
        if (next != null) {
            next.cancel();
            next = null;
        }
        isWriting = true;
        Map<String, List<Kept>> now = next(MOST_SERVICES);
        List<Runnable> told = List.of();
        if (dirty.isEmpty()) {
            told = List.copyOf(waiting);
            waiting.clear();
        }
        write(now, told);
    }

    private void write(Map<String, List<Kept>> now, List<Runnable> told) {
        if (now.isEmpty()) {
            wrote(told);
            return;
        }
        disk.execute(() -> {
            long begun = disk.nanos();
            try {
                write(now);
            } finally {
                Duration rest = Duration.ofNanos((disk.nanos() - begun) * REST);
                state.execute(() -> {
                    pause = rest.compareTo(DELAY) > 0 ? rest : DELAY;
                    wrote(told);
                });
            }
        });
    }

    private void wrote(List<Runnable> told) {
        isWriting = false;
        told.forEach(Runnable::run);
        schedule();
    }

    @Override
    public void save() {
        Map<String, List<Kept>> now = next(Integer.MAX_VALUE);
        disk.execute(() -> write(now));
    }

    private Map<String, List<Kept>> next(int most) {
        Map<String, List<Kept>> now = new LinkedHashMap<>();
        for (Iterator<String> hosts = dirty.iterator(); hosts.hasNext() && now.size() < most; ) {
            String host = hosts.next();
            hosts.remove();
            now.put(host, registry.kept(host));
        }
        return now;
    }

    private void write(Map<String, List<Kept>> now) {
        List<Change> changes = new ArrayList<>();
        now.forEach((host, kept) -> changes.add(Change.of(host, kept)));
        files.write(changes);
    }
}
