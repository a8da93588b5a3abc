package dev.weft.control.pause;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.keep.Documents;
import dev.weft.control.keep.StoredJson;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All pauses, kept beside the rules and apart from them: they must work while a rule can't be read or a rollback is held.
 * May wait for the disk.
 */
public final class Pauses {
    /** Where they are kept, in {@link Documents}. */
    public static final String FOLDER = "pauses";

    private static final String NAME = FOLDER + "/pauses.json";
    private static final JsonMapper JSON = StoredJson.MAPPER;

    private final @Nullable Documents documents;
    private final SerialQueue disk;
    private final Clock clock;
    private final Log log;
    private List<Pause> pauses = List.of();
    private Consumer<List<Pause>> listener = now -> {};

    /**
     * @param documents null to forget them at the end
     * @param disk where files may be waited for
     */
    public Pauses(@Nullable Documents documents, SerialQueue disk, Clock clock, Log log) {
        this.documents = documents;
        this.disk = disk;
        this.clock = clock;
        this.log = log;
    }

    private record Kept(String namespace, String service, String since, String reason) {}

    /** Reads what was kept, and tells of it. What can't be read pauses nobody, and stays where it is. */
    public synchronized void load() {
        if (documents != null) {
            documents.changes();
            documents.listen(() -> disk.execute(this::catchUp));
        }
        read();
        disk.execute(this::catchUp); // what has come since the first look
    }

    /** Takes over what other replicas have changed. */
    public synchronized void catchUp() {
        if (documents != null && !documents.changes().isEmpty()) {
            read();
        }
    }

    private void read() {
        List<Pause> now = new ArrayList<>();
        try {
            if (documents != null && documents.has(NAME)) {
                for (Kept kept : JSON.readValue(documents.read(NAME), Kept[].class)) {
                    now.add(new Pause(kept.namespace(), kept.service(), Instant.parse(kept.since()), kept.reason()));
                }
            }
        } catch (IOException | RuntimeException e) {
            log.error("pauses: " + documents.where(NAME) + " can't be read, nobody is paused by it", e);
            return;
        }
        tell(now);
    }

    private void tell(List<Pause> now) {
        now.sort(Comparator.comparing(Pause::toString));
        List<Pause> before = pauses;
        pauses = List.copyOf(now);
        if (!before.equals(pauses)) {
            pauses.stream()
                    .filter(pause -> !before.contains(pause))
                    .forEach(pause -> log.warn("pauses: the agents of " + pause + " are paused"
                            + (pause.reason().isEmpty() ? "" : ": " + pause.reason())));
            before.stream()
                    .filter(pause -> pauses.stream().noneMatch(left -> left.isOf(pause.namespace(), pause.service())))
                    .forEach(pause -> log.warn("pauses: the agents of " + pause + " go on"));
            listener.accept(pauses);
        }
    }

    public synchronized void listen(Consumer<List<Pause>> told) {
        listener = told;
    }

    public synchronized List<Pause> all() {
        return pauses;
    }

    /**
     * Pauses agents, or says anew why.
     *
     * @return whether they were not paused by this before
     * @throws IOException when it can't be kept; then nothing has changed
     */
    public synchronized boolean put(String namespace, String service, String reason) throws IOException {
        catchUp();
        List<Pause> now = new ArrayList<>(pauses);
        Instant since = now.stream()
                .filter(pause -> pause.isOf(namespace, service))
                .map(Pause::since)
                .findFirst()
                .orElse(null);
        now.removeIf(pause -> pause.isOf(namespace, service));
        now.add(new Pause(namespace, service, since == null ? clock.instant() : since, reason));
        write(now);
        return since == null;
    }

    /**
     * Takes a pause back.
     *
     * @return whether there was one
     * @throws IOException when it can't be kept; then nothing has changed
     */
    public synchronized boolean remove(String namespace, String service) throws IOException {
        catchUp();
        List<Pause> now = new ArrayList<>(pauses);
        boolean isFound = now.removeIf(pause -> pause.isOf(namespace, service));
        if (isFound) {
            write(now);
        }
        return isFound;
    }

    private void write(List<Pause> now) throws IOException {
        if (documents != null && now.isEmpty()) {
            documents.delete(NAME);
        } else if (documents != null) {
            List<Kept> kept = now.stream()
                    .map(pause -> new Kept(
                            pause.namespace(), pause.service(), pause.since().toString(), pause.reason()))
                    .toList();
            documents.write(NAME, JSON.writeValueAsString(kept).getBytes(StandardCharsets.UTF_8));
        }
        tell(now);
    }
}
