package dev.weft.telemetry.recording;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Flight;
import dev.weft.engine.Witness;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.telemetry.CallRecorder;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.batch.Batcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records calls, without bodies, in a file of JSON lines: first what the recording is, then one line for each call that
 * is over, and before them one for each cluster with its endpoints as they become known. It ends by itself when the file
 * is full. Lines for which the worker is too slow are left out and counted.
 *
 * <p>Headers are read when a call is about to be sent: some libraries keep the mesh's own edits in the request.
 */
public final class CallRecording implements CallRecorder, Witness {
    /** Of what is written; a reader takes no other. */
    public static final int VERSION = 1;

    private static final int QUEUE = 8192;
    private static final int BATCH = 1024;
    private static final long GATHER_NANOS = 100_000_000;

    /** Calls that are under way and remembered; there are more only where calls go astray. */
    private static final int MOST_UNDER_WAY = 10_000;

    private final Path path;
    private final RecordingFile file;
    private final Redaction redaction;
    private final Origin origin;
    private final Supplier<Snapshot> snapshots;
    private final long begun;
    private final Consumer<String> ended;
    private final Batcher<String> batcher;
    private final Map<Call, Map<String, String>> heads = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final Map<String, List<Endpoint>> told = new HashMap<>();
    private @Nullable Snapshot last;
    private volatile boolean over;

    /**
     * @param most bytes of the file
     * @param snapshots the configuration in force
     * @param begun now, on the clock of the calls
     * @param threads makes the worker
     * @param ended gets one sentence when the recording ends by itself
     * @param bugs gets what should never be thrown
     */
    public CallRecording(
            Path path,
            long most,
            Redaction redaction,
            Origin origin,
            Supplier<Snapshot> snapshots,
            long begun,
            ThreadFactory threads,
            Consumer<String> ended,
            Consumer<Throwable> bugs) {
        this.path = path;
        this.file = new RecordingFile(path, most);
        this.redaction = redaction;
        this.origin = origin;
        this.snapshots = snapshots;
        this.begun = begun;
        this.ended = ended;
        this.batcher = new Batcher<>(QUEUE, BATCH, GATHER_NANOS, threads, this::write, bugs);
    }

    public Path path() {
        return path;
    }

    /** Writes what the file is; whoever starts a recording learns here that it can't be. */
    public void begin() throws IOException {
        Json json = new Json();
        json.beginObject().field("format", "weft.calls").field("version", VERSION);
        json.field("service", origin.service().get()).field("namespace", origin.namespace());
        json.field("agent", origin.agent()).endObject();
        if (file.write(List.of(json.toString())) == 0) {
            throw new IOException(path + " is full");
        }
    }

    @Override
    public void admitted(Engine engine, Call call, long now) {
        if (!over && heads.size() < MOST_UNDER_WAY) {
            heads.put(call, headers(call.request()));
        }
    }

    @Override
    public void record(Call call, @Nullable Flight delivered, long endedAt, int code, int flags) {
        Map<String, String> known = heads.remove(call);
        if (!over) {
            Map<String, String> headers = known == null ? headers(call.request()) : known;
            batcher.offer(CallLine.of(call, delivered, endedAt, headers, redaction, begun));
        }
    }

    /** By name in lower case, several values joined with commas, without what is not to be told. */
    private Map<String, String> headers(Request request) {
        Map<String, String> headers = new TreeMap<>();
        request.headers((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            headers.merge(lower, redaction.value(lower, value), CallRecording::both);
        });
        return headers;
    }

    private static String both(String one, String other) {
        return one.equals(Redaction.MARKER) ? one : one + "," + other;
    }

    private void write(List<String> calls) {
        if (over) {
            return;
        }
        List<String> lines = new ArrayList<>(endpoints());
        int first = lines.size();
        lines.addAll(calls);
        try {
            int fit = file.write(lines);
            written.add(Math.max(0, fit - first));
            if (fit < lines.size()) {
                end("it is full");
            }
        } catch (IOException e) {
            end("it can't be written: " + e);
        }
    }

    private void end(String why) {
        over = true;
        heads.clear();
        ended.accept("recording: " + path + " ends after " + written.sum() + " calls: " + why);
    }

    /** Lines for clusters whose endpoints were not told, or were others. */
    private List<String> endpoints() {
        Snapshot now = snapshots.get();
        List<String> lines = new ArrayList<>();
        if (now != last) {
            for (Cluster cluster : new TreeMap<>(now.clusters()).values()) {
                if (!cluster.endpoints().equals(told.put(cluster.name(), cluster.endpoints()))) {
                    lines.add(line(cluster));
                }
            }
            last = now;
        }
        return lines;
    }

    private static String line(Cluster cluster) {
        Json json = new Json();
        json.beginObject().field("cluster", cluster.name()).name("endpoints").beginArray();
        for (Endpoint endpoint : cluster.endpoints()) {
            json.beginObject().field("address", CallLine.text(endpoint.address()));
            json.name("labels").beginObject();
            new TreeMap<>(endpoint.labels()).forEach(json::field);
            json.endObject().endObject();
        }
        return json.endArray().endObject().toString();
    }

    /** Calls that stand in the file. */
    public long written() {
        return written.sum();
    }

    /** Calls for which there was no time. */
    public long dropped() {
        return batcher.dropped();
    }

    /** Whether it has ended by itself. */
    public boolean over() {
        return over;
    }

    /** Takes nothing more and writes what waits; takes no longer than this. */
    public void close(long nanos) {
        batcher.close(nanos);
    }
}
