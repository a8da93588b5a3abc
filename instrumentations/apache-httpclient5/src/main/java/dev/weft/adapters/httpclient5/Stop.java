package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.jspecify.annotations.Nullable;

/**
 * Stops one attempt, whether it waits for a connection, connects, or exchanges. It stands between
 * the library's runtime and the application's request: what the application cancels stops the
 * attempt, and stopping the attempt leaves the request usable for the next one.
 */
final class Stop implements CancellableDependency {
    private static final Cancellable STOPPED = () -> false;

    private final @Nullable CancellableDependency application;
    private final AtomicReference<@Nullable Cancellable> current = new AtomicReference<>();
    private volatile @Nullable Ending delivered;

    Stop(Object applicationRequest) {
        application = applicationRequest instanceof CancellableDependency request ? request : null;
        if (application != null) {
            application.setDependency(this);
        }
    }

    boolean byApplication() {
        return application != null && application.isCancelled();
    }

    @Override
    public void setDependency(Cancellable next) {
        Cancellable before;
        do {
            before = current.get();
            if (before == STOPPED) {
                next.cancel();
                return;
            }
        } while (!current.compareAndSet(before, next));
    }

    @Override
    public boolean isCancelled() {
        return current.get() == STOPPED || byApplication();
    }

    /** From here on the application's request is how its answer may be given up, without a word to the answer. */
    void delivered(Ending ending) {
        delivered = ending;
    }

    /** Called by the application's request when it is cancelled or reset. */
    @Override
    public boolean cancel() {
        boolean first = stop();
        Ending ending = delivered;
        if (ending != null) {
            ending.end(byApplication() ? End.CANCELLED : End.COMPLETE);
        }
        return first;
    }

    /** Closes the attempt's connection, or leaves the queue for one. */
    boolean stop() {
        Cancellable open = current.getAndSet(STOPPED);
        if (open != null && open != STOPPED) {
            open.cancel();
        }
        return open != STOPPED;
    }
}
