package dev.weft.control.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The two files of the registry. {@code registry.json} has every instance; {@code registry.journal} has
 * a line for each service that was changed since, with all the instances that it then had. The later line
 * counts, so that a journal may be read twice. When the journal outgrows the whole, a new whole is made
 * of both: written to a third file and renamed, before the journal goes. Used by one thread.
 */
final class RegistryDisk {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final long SMALL = 1024 * 1024;

    private final Path whole;
    private final Path journal;
    private final Log log;

    /** What could not be written yet, by host. */
    private final Map<String, Change> unwritten = new LinkedHashMap<>();

    /** What is there may end in the middle of a line, as long as this process has not made it anew. */
    private boolean isSound;

    private long journalBytes;
    private long wholeBytes;

    RegistryDisk(Path directory, Log log) {
        this.whole = directory.resolve("registry.json");
        this.journal = directory.resolve("registry.journal");
        this.log = log;
    }

    /** All instances of a service, none when it has none left. */
    record Change(String host, List<Saved> instances) {
        static Change of(String host, List<Kept> kept) {
            return new Change(host, kept.stream().map(Saved::of).toList());
        }
    }

    /** What there is; nothing where there are no files or they can't be read. */
    List<Kept> load() {
        List<Kept> all = new ArrayList<>();
        try {
            read().values().forEach(instances -> instances.forEach(saved -> all.add(saved.kept())));
            return all;
        } catch (IOException | RuntimeException e) {
            log.warn("registry: " + whole + " can't be read, starting without it: " + e.getMessage());
            return List.of();
        }
    }

    private Map<String, List<Saved>> read() throws IOException {
        Map<String, List<Saved>> byHost = new LinkedHashMap<>();
        if (Files.exists(whole)) {
            for (Saved saved : JSON.readValue(Files.readAllBytes(whole), Saved[].class)) {
                byHost.computeIfAbsent(saved.host(), host -> new ArrayList<>()).add(saved);
            }
        }
        if (Files.exists(journal)) {
            String text = Files.readString(journal);
            // What follows the last line end was being written when the process died.
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
                if (!line.isEmpty()) {
                    Change change = JSON.readValue(line, Change.class);
                    byHost.put(change.host(), change.instances());
                }
            }
        }
        return byHost;
    }

    /** Keeps what has changed; what can't be written now is written with the next change. */
    void write(Collection<Change> changes) {
        changes.forEach(change -> unwritten.put(change.host(), change));
        try {
            Files.createDirectories(whole.toAbsolutePath().getParent());
            if (!isSound || journalBytes > Math.max(SMALL, 2 * wholeBytes)) {
                makeWhole();
            }
            append();
            unwritten.clear();
        } catch (IOException e) {
            isSound = false;
            log.warn("registry not saved", "registry: " + whole + " can't be written: " + e);
        }
    }

    private void makeWhole() throws IOException {
        List<Saved> all = new ArrayList<>();
        try {
            read().values().forEach(all::addAll);
        } catch (IOException | RuntimeException e) {
            log.warn("registry: " + whole + " can't be read, and is begun anew: " + e.getMessage());
        }
        byte[] bytes = JSON.writeValueAsBytes(all);
        Path draft = whole.resolveSibling("registry.json.new");
        write(draft, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        Files.move(draft, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(journal);
        isSound = true;
        wholeBytes = bytes.length;
        journalBytes = 0;
    }

    private void append() throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Change change : unwritten.values()) {
            lines.writeBytes(JSON.writeValueAsBytes(change));
            lines.writeBytes("\n".getBytes(StandardCharsets.UTF_8));
        }
        write(journal, lines.toByteArray(), StandardOpenOption.APPEND);
        journalBytes += lines.size();
    }

    private static void write(Path file, byte[] content, OpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, how)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
