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
    private boolean isDue;

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
    public List<Instance> load() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<Instance> instances = new ArrayList<>();
            for (Saved saved : JSON.readValue(Files.readAllBytes(file), Saved[].class)) {
                instances.add(saved.instance());
            }
            return instances;
        } catch (IOException | RuntimeException e) {
            log.warn("registry: " + file + " can't be read, starting without it: " + e.getMessage());
            return List.of();
        }
    }

    @Override
    public void changed(String host) {
        if (!isDue) {
            isDue = true;
            state.after(DELAY, this::save);
        }
    }

    /** Writes the set as it is now. Called on the queue that owns the registry. */
    public void save() {
        isDue = false;
        List<Saved> all = new ArrayList<>();
        for (Service service : registry.services()) {
            service.instances().forEach(instance -> all.add(Saved.of(instance)));
        }
        disk.execute(() -> write(all));
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

    /** An instance as it stands in the file. */
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
            String state,
            String connectedSince,
            String node) {
        static Saved of(Instance i) {
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
                    i.state().name(),
                    i.connectedSince().toString(),
                    i.node());
        }

        Instance instance() {
            return new Instance(
                    service,
                    namespace,
                    host,
                    address,
                    port,
                    protocol,
                    labels,
                    region,
                    zone,
                    State.valueOf(state),
                    Instant.parse(connectedSince),
                    node);
        }
    }
}
