package dev.weft.agent;

import dev.weft.agent.config.Telemetry;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.workload.Daemon;
import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.Witness;
import dev.weft.engine.drive.Clock;
import dev.weft.protocol.local.RuntimeDirectory;
import dev.weft.telemetry.ClientSide;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.recording.CallRecording;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The recording of calls for replay. While there is none, no call knows of it. */
final class Recordings {
    private static final long LONGEST_FILE = 64L << 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final @Nullable Telemetry asked;
    private final Origin origin;
    private final Engine engine;
    private final ClientSide calls;
    private final @Nullable Witness usual;
    private final Clock clock;
    private final Bugs bugs;
    private final Log log;
    private @Nullable CallRecording current;

    /**
     * @param asked says where it is written, and what is not; null for where nothing is configured
     * @param usual who is shown calls in any case
     */
    Recordings(
            @Nullable Telemetry asked,
            Origin origin,
            Engine engine,
            ClientSide calls,
            @Nullable Witness usual,
            Clock clock,
            Bugs bugs,
            Log log) {
        this.asked = asked;
        this.origin = origin;
        this.engine = engine;
        this.calls = calls;
        this.usual = usual;
        this.clock = clock;
        this.bugs = bugs;
        this.log = log;
    }

    /** The workload has joined; what the configuration asks for begins. */
    void begin() {
        String file = file();
        if (!file.isEmpty()) {
            try {
                start();
            } catch (IOException | RuntimeException e) {
                log.say(LogLevel.ERROR, "recording: " + file + " can't be written, no call is recorded: " + e);
            }
        }
    }

    /** Begins, unless it is under way. */
    synchronized void start() throws IOException {
        CallRecording running = current;
        if (running != null && !running.over()) {
            return;
        }
        stop();
        Path path = path();
        CallRecording made = new CallRecording(
                path,
                LONGEST_FILE,
                asked == null ? Telemetry.usualRedaction() : asked.redaction(),
                origin,
                engine::snapshot,
                clock.nanos(),
                task -> Daemon.of("weft-recording", task),
                said -> log.say(LogLevel.WARN, said),
                bugs);
        made.begin();
        current = made;
        engine.witness(usual == null ? made : both(usual, made));
        calls.add(made);
        log.say(LogLevel.INFO, "recording: calls are recorded to " + path);
    }

    /** Empty for one in the runtime directory, when somebody asks for it. */
    private String file() {
        return asked == null ? "" : asked.recording();
    }

    private Path path() throws IOException {
        String file = file();
        if (file.isEmpty()) {
            return RuntimeDirectory.ofUser()
                    .file("calls-" + ProcessHandle.current().pid() + ".jsonl");
        }
        try {
            return Path.of(file).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new IOException("record.calls: " + e.getMessage(), e);
        }
    }

    private static Witness both(Witness one, Witness other) {
        return new Witness() {
            @Override
            public void admitted(Engine engine, Call call, long now) {
                one.admitted(engine, call, now);
                other.admitted(engine, call, now);
            }

            @Override
            public void refused(Engine engine, Call call, long now) {
                one.refused(engine, call, now);
                other.refused(engine, call, now);
            }
        };
    }

    /** Ends, and writes what waits. */
    synchronized void stop() {
        CallRecording running = current;
        if (running != null) {
            current = null;
            engine.witness(usual);
            calls.remove(running);
            running.close(PATIENCE_NANOS);
            log.say(LogLevel.INFO, "recording: " + running.written() + " calls are in " + running.path());
        }
    }

    /** How it stands, as JSON. */
    synchronized String json() {
        CallRecording running = current;
        Json json = new Json();
        json.beginObject().field("recording", running != null && !running.over());
        if (running != null) {
            json.field("file", running.path().toString());
            json.field("calls", running.written()).field("dropped", running.dropped());
        }
        return json.endObject().toString();
    }
}
