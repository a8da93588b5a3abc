package dev.weft.control.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registered instances on disk, so that a restart of the control plane takes no endpoint away
 * from anyone. Written whole to a second file, then renamed: a reader sees the old set or the new.
 */
public final class RegistryFile implements Registry.Listener {
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final Registry registry;
    private final SerialQueue state;
    private final SerialQueue disk;
    private final Log log;
    private boolean isDirty;
    private boolean isScheduled;

    /**
     * @param state the queue that owns the registry
     * @param disk where files are written, so that a slow disk holds nobody up
     */
    public RegistryFile(Path directory, Registry registry, SerialQueue state, SerialQueue disk, Log log) {
        this.file = directory.resolve("registry.json");
        this.registry = registry;
        this.state = state;
        this.disk = disk;
        this.log = log;
    }

    /** What the last process left; nothing when there is no file or it can't be read. */
    public List<Kept> load() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<Kept> instances = new ArrayList<>();
            for (Saved saved : JSON.readValue(Files.readAllBytes(file), Saved[].class)) {
                instances.add(saved.kept());
            }
            return instances;
        } catch (IOException | RuntimeException e) {
            log.warn("registry: " + file + " can't be read, starting without it: " + e.getMessage());
            return List.of();
        }
    }

    @Override
    public void changed(String host) {
        isDirty = true;
        schedule();
    }

    /** One write at a time: on a slow disk they would pile up, each with the whole set in memory. */
    private void schedule() {
        if (isDirty && !isScheduled) {
            isScheduled = true;
            state.after(DELAY, this::saveThenGoOn);
        }
    }

    private void saveThenGoOn() {
        List<Saved> all = now();
        disk.execute(() -> {
            try {
                write(all);
            } finally {
                state.execute(() -> {
                    isScheduled = false;
                    schedule();
                });
            }
        });
    }

    /** Writes the set as it is now, whatever is on its way. Called on the queue that owns the registry. */
    public void save() {
        List<Saved> all = now();
        disk.execute(() -> write(all));
    }

    private List<Saved> now() {
        isDirty = false;
        List<Saved> all = new ArrayList<>();
        registry.kept().forEach(kept -> all.add(Saved.of(kept)));
        return all;
    }

    private void write(List<Saved> instances) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path draft = file.resolveSibling("registry.json.new");
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(instances));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an instance can always be written as JSON", e);
        } catch (IOException e) {
            log.warn("registry not saved", "registry: " + file + " can't be written: " + e);
        }
    }

    /** A check as it stands in the file. */
    record SavedCheck(String path, long intervalMillis, long timeoutMillis, int healthy, int unhealthy, int port) {
        static SavedCheck of(HealthCheck check) {
            return new SavedCheck(
                    check.path(),
                    check.interval().toMillis(),
                    check.timeout().toMillis(),
                    check.healthy(),
                    check.unhealthy(),
                    check.port());
        }

        HealthCheck check() {
            return new HealthCheck(
                    path,
                    Duration.ofMillis(intervalMillis),
                    Duration.ofMillis(timeoutMillis),
                    healthy,
                    unhealthy,
                    port);
        }
    }

    /**
     * An instance as it stands in the file. What a file of an earlier version lacks is 0, empty or null.
     *
     * @param ttlMillis 0 for one that an agent keeps
     * @param operatorState empty for none
     * @param operatorWeight 0 for none
     */
    record Saved(
            String service,
            String namespace,
            String host,
            String address,
            int port,
            String protocol,
            Map<String, String> labels,
            String region,
            String zone,
            int weight,
            String state,
            String connectedSince,
            String node,
            long ttlMillis,
            @Nullable String operatorState,
            int operatorWeight,
            @Nullable Map<String, String> operatorLabels,
            @Nullable SavedCheck check,
            boolean declared) {
        static Saved of(Kept kept) {
            Instance i = kept.own();
            Overlay overlay = kept.overlay();
            return new Saved(
                    i.service(),
                    i.namespace(),
                    i.host(),
                    i.address(),
                    i.port(),
                    i.protocol(),
                    i.labels(),
                    i.region(),
                    i.zone(),
                    i.weight(),
                    i.state().name(),
                    i.connectedSince().toString(),
                    i.node(),
                    kept.ttl() == null ? 0 : kept.ttl().toMillis(),
                    overlay.state() == null ? "" : overlay.state().name(),
                    overlay.weight() == null ? 0 : overlay.weight(),
                    overlay.labels(),
                    kept.check() == null ? null : SavedCheck.of(kept.check()),
                    kept.isDeclared());
        }

        Kept kept() {
            Instance own = new Instance(
                    service,
                    namespace,
                    host,
                    address,
                    port,
                    protocol,
                    labels,
                    region,
                    zone,
                    Math.max(1, weight),
                    State.valueOf(state),
                    Instant.parse(connectedSince),
                    node,
                    Set.of());
            Overlay overlay = new Overlay(
                    operatorState == null || operatorState.isEmpty() ? null : State.valueOf(operatorState),
                    operatorWeight == 0 ? null : operatorWeight,
                    operatorLabels == null ? Map.of() : operatorLabels);
            return new Kept(
                    own,
                    overlay,
                    ttlMillis == 0 ? null : Duration.ofMillis(ttlMillis),
                    check == null ? null : check.check(),
                    declared);
        }
    }
}
