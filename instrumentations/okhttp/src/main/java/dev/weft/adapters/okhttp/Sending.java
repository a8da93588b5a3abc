package dev.weft.adapters.okhttp;

import dev.weft.engine.call.Attempt;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.internal.connection.Exchange;
import org.jspecify.annotations.Nullable;

/** One attempt while the library works on it: where it goes, how far it came, what stops it. */
final class Sending {
    /** The attempt that this thread is sending, for the hooks below. */
    private static final ThreadLocal<@Nullable Sending> CURRENT = new ThreadLocal<>();

    private static final AtomicIntegerFieldUpdater<Sending> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Sending.class, "state");

    private static final int OPEN = 0;
    private static final int STOPPING = 1;
    private static final int STOPPED = 2;
    private static final int RETIRED = 3;

    /** How far an attempt came. */
    enum Reach {
        /** Looking for a connection or opening one: nothing of the request has left. */
        CONNECTING,
        /** In the application's network interceptors. */
        CONNECTED,
        /** The request may have left. */
        SENT
    }

    private final Attempt attempt;
    private final Aim aim;
    private final Hop hop;
    private volatile int state = OPEN;
    private volatile @Nullable Exchange exchange;
    private volatile boolean answered;
    private Reach reach = Reach.CONNECTING;
    private boolean aimed;
    private @Nullable Request written;

    Sending(Attempt attempt, Aim aim, Hop hop) {
        this.attempt = attempt;
        this.aim = aim;
        this.hop = hop;
    }

    static @Nullable Sending current() {
        return CURRENT.get();
    }

    void enter() {
        CURRENT.set(this);
    }

    void leave() {
        CURRENT.set(null); // an entry that stays costs less than one that is made for each attempt
    }

    Attempt attempt() {
        return attempt;
    }

    Aim aim() {
        return aim;
    }

    /** Whose call it is. */
    OkHttpClient client() {
        return hop.client();
    }

    Reach reach() {
        return reach;
    }

    @Nullable
    Exchange exchange() {
        return exchange;
    }

    /** Whether the library has made this attempt's address: the first one that it makes is. */
    boolean isAimed() {
        return aimed;
    }

    void takeAim() {
        aimed = true;
    }

    /** Whether the state of a call is that of this attempt's, not of one that an interceptor makes meanwhile. */
    boolean isOf(@Nullable Object state) {
        return hop.is(state);
    }

    /** The hook that aims may have been switched off: then the call goes as without us, unless it would be bare. */
    void checkAimed() throws SSLException {
        if (!aimed && aim.secured()) {
            throw new SSLException("the mesh's TLS to " + attempt.endpoint().address() + " can't be had: not woven");
        }
    }

    void connected(Exchange with) {
        exchange = with;
        reach = Reach.CONNECTED;
        if (state != OPEN) {
            with.cancel();
        }
    }

    /** @param request as it stood before our edits */
    void sent(Request request) {
        written = request;
        reach = Reach.SENT;
    }

    @Nullable
    Request written() {
        return written;
    }

    void arrived() {
        answered = true;
    }

    boolean answered() {
        return answered;
    }

    /** Stopped by the application, or by us for its sake: no fault of the endpoint. */
    boolean given() {
        return hop.cancelled();
    }

    /** Closes the connection or the stream; the library's call is usable again after {@link #retire}. */
    void abort() {
        if (!STATE.compareAndSet(this, OPEN, STOPPING)) {
            return;
        }
        try {
            Exchange open = exchange;
            if (!answered) {
                hop.poison();
                if (open == null) {
                    hop.stopConnecting();
                }
            }
            if (open != null) {
                open.cancel();
            }
        } finally {
            state = STOPPED;
        }
    }

    /** Closes what it still has. */
    void close() {
        Exchange open = exchange;
        if (open != null) {
            open.cancel();
        }
    }

    /** From now on nobody stops it any more, and who was about to has done so. */
    void retire() {
        while (!STATE.compareAndSet(this, OPEN, RETIRED) && state == STOPPING) {
            Thread.onSpinWait();
        }
    }
}
