package dev.weft.adapters.httpclient5;

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

    @Override
    public boolean cancel() {
        Cancellable open = current.getAndSet(STOPPED);
        if (open != null && open != STOPPED) {
            open.cancel();
        }
        return open != STOPPED;
    }
}
