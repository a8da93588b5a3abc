package dev.weft.client.warm;

import dev.weft.client.report.Log;
import dev.weft.client.resource.Resource;
import java.util.function.Consumer;

/**
 * Whether the control plane pauses this workload. It stays so while there is no control plane, also over a restart: whoever
 * has taken the mesh out of a call must not find it there again because something else went down.
 */
final class Pausing {
    private final String name;
    private final Consumer<Boolean> told;
    private final Log log;
    private boolean paused;

    /**
     * @param name of the resource that says so
     * @param told each change
     */
    Pausing(String name, Consumer<Boolean> told, Log log) {
        this.name = name;
        this.told = told;
        this.log = log;
    }

    String name() {
        return name;
    }

    boolean paused() {
        return paused;
    }

    void take(Resource.Runtime runtime) {
        set(runtime.paused());
    }

    /** Nobody says anything about this workload. */
    void none() {
        set(false);
    }

    private void set(boolean now) {
        if (paused != now) {
            paused = now;
            log.warn(
                    now
                            ? "paused by the control plane: calls pass, unless they must be secured"
                            : "no longer paused by the control plane");
            told.accept(now);
        }
    }
}
