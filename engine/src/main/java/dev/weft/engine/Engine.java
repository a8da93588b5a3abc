package dev.weft.engine;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.util.function.Consumer;

/** The rules in force and what is measured under them; makes calls. */
public final class Engine {
    private final RandomSource random;
    private final Ambient ambient;
    private final Consumer<Call> finished;

    /**
     * @param finished gets each call when its last attempt has ended, on the thread that ended it;
     *     reads what it needs and keeps nothing
     */
    public Engine(RandomSource random, Ambient ambient, Consumer<Call> finished) {
        this.random = random;
        this.ambient = ambient;
        this.finished = finished;
    }

    /** Swaps the configuration. Called from one thread at a time. */
    public void publish(Snapshot snapshot) {
        throw new UnsupportedOperationException();
    }

    public Snapshot snapshot() {
        throw new UnsupportedOperationException();
    }

    /** While paused every call passes, unless its transport must be secured: then it is refused. */
    public void pause(boolean paused) {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether a call to this host may be ours. On the path of every call of the application:
     * allocates nothing.
     *
     * @param host as the application wrote it, any case
     */
    public boolean routes(String host, int port) {
        throw new UnsupportedOperationException();
    }

    /**
     * A new call.
     *
     * @param concurrent whether the driver can send a second attempt while the first is open; without
     *     it hedges and mirrors are left out
     */
    public Call call(Request request, boolean concurrent) {
        throw new UnsupportedOperationException();
    }
}
