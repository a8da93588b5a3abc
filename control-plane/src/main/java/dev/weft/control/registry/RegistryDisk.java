package dev.weft.control.registry;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.keep.StoredJson;
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
import java.util.Objects;

/**
 * The two files of the registry. {@code registry.json} has every instance; {@code registry.journal} has
 * a line for each service that was changed since, with all the instances that it then had. The later line
 * counts, so that a journal may be read twice. When the journal outgrows the whole, a new whole is made
 * of both: written to a third file and renamed, before the journal goes. Used by one thread.
 */
final class RegistryDisk {
    private static final JsonMapper JSON = StoredJson.MAPPER;
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
        Change {
            Objects.requireNonNull(host, "host");
            instances = List.copyOf(instances);
        }

        static Change of(String host, List<Kept> kept) {
            return new Change(host, kept.stream().map(Saved::of).toList());
        }
    }

    /** What there is, without the parts that can't be read. */
    List<Kept> load() {
        List<Kept> all = new ArrayList<>();
        read().byHost.values().forEach(instances -> instances.forEach(saved -> keep(saved, all)));
        return all;
    }

    private void keep(Saved saved, List<Kept> all) {
        try {
            all.add(saved.kept());
        } catch (RuntimeException e) {
            log.warn("registry: an instance of " + saved.host() + " makes no sense and is left out: " + e.getMessage());
        }
    }

    /** @param isDamaged whether there was more than could be read */
    private record Found(Map<String, List<Saved>> byHost, boolean isDamaged) {}

    private Found read() {
        Map<String, List<Saved>> byHost = new LinkedHashMap<>();
        boolean isDamaged = false;
        try {
            if (Files.exists(whole)) {
                for (Saved saved : JSON.readValue(Files.readAllBytes(whole), Saved[].class)) {
                    byHost.computeIfAbsent(saved.host(), host -> new ArrayList<>())
                            .add(saved);
                }
            }
        } catch (IOException | RuntimeException e) {
            byHost.clear();
            isDamaged = true;
            log.warn("registry: " + whole + " can't be read, starting without it: " + e.getMessage());
        }
        try {
            if (Files.exists(journal)) {
                isDamaged |= replay(Files.readAllBytes(journal), byHost);
            }
        } catch (IOException e) {
            isDamaged = true;
            log.warn("registry: " + journal + " can't be read, starting without it: " + e.getMessage());
        }
        return new Found(byHost, isDamaged);
    }

    /**
     * What follows the last line end was being written when the process died, and is nothing. A line that can't be read
     * costs the change that it told, no more.
     *
     * @return whether there was such a line
     */
    private boolean replay(byte[] lines, Map<String, List<Saved>> byHost) {
        boolean isDamaged = false;
        int start = 0;
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] != '\n') {
                continue;
            }
            try {
                Change change = JSON.readValue(lines, start, i - start, Change.class);
                byHost.put(change.host(), change.instances());
            } catch (IOException | RuntimeException e) {
                isDamaged = true;
                log.warn("registry: " + journal + ": the line at byte " + start + " can't be read and is left out: "
                        + e.getMessage());
            }
            start = i + 1;
        }
        return isDamaged;
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
        Found found = read();
        if (found.isDamaged) {
            // Nobody but a person can make sense of it, so it stays for one.
            setAside(whole);
            setAside(journal);
        }
        List<Saved> all = new ArrayList<>();
        found.byHost.values().forEach(all::addAll);
        byte[] bytes = JSON.writeValueAsBytes(all);
        Path draft = whole.resolveSibling("registry.json.new");
        write(draft, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        Files.move(draft, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(journal);
        isSound = true;
        wholeBytes = bytes.length;
        journalBytes = 0;
    }

    private static void setAside(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
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
