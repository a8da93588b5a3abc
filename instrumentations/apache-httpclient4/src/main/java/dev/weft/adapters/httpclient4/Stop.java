package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.http.client.methods.HttpExecutionAware;
import org.apache.http.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * Stops one attempt, whether it waits for a connection, connects, or exchanges. It stands between
 * the library and the application's request: what the application aborts or resets stops the attempt,
 * and stopping the attempt leaves the request usable for the next one.
 */
final class Stop implements HttpExecutionAware, Cancellable {
    private static final Cancellable STOPPED = () -> false;

    private final @Nullable HttpExecutionAware application;
    private final AtomicReference<@Nullable Cancellable> current = new AtomicReference<>();
    private volatile @Nullable Ending delivered;
    /** Whether nothing may be sent yet, because nobody has seen to it that it goes over TLS. */
    private boolean withheld;

    Stop(@Nullable HttpExecutionAware application, boolean withheld) {
        this.application = application;
        this.withheld = withheld;
        if (application != null) {
            application.setCancellable(this);
        }
    }

    /** Up to 4.4 the pool calls it an interruption when a wait is given up, and then the library interrupts the thread. */
    void clearInterrupt(InterruptedIOException aborted) {
        boolean pools = aborted.getCause() instanceof InterruptedException interrupted
                && "Operation interrupted".equals(interrupted.getMessage());
        if (pools && current.get() == STOPPED && !byApplication()) {
            Thread.interrupted();
        }
    }

    boolean byApplication() {
        return application != null && application.isAborted();
    }

    @Override
    public void setCancellable(Cancellable next) {
        Cancellable before;
        do {
            before = current.get();
            if (before == STOPPED) {
                next.cancel();
                return;
            }
        } while (!current.compareAndSet(before, next));
    }

    /** Asked by the library before it takes a connection, and before it sends. */
    @Override
    public boolean isAborted() {
        return withheld || current.get() == STOPPED || byApplication();
    }

    boolean withheld() {
        return withheld;
    }

    /** The connection that is taken next is aimed at the endpoint. */
    void aimed() {
        withheld = false;
    }

    /** From here on the application's request is how its answer may be given up, without a word to the answer. */
    void delivered(Ending ending) {
        delivered = ending;
    }

    /** Called by the application's request when it is aborted, reset, or its connection released. */
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
