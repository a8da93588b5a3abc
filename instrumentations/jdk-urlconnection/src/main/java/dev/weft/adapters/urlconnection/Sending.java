package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.ConnectLimit;
import dev.weft.engine.call.Attempt;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/** One attempt while the library works on it: where it goes, how far it came, what stops it. */
final class Sending {
    /** The attempt that this thread is sending. */
    private static final ThreadLocal<@Nullable Sending> CURRENT = new ThreadLocal<>();

    private final URL url;
    private final @Nullable Attempt attempt;
    private final @Nullable Place place;

    private boolean sent;
    private boolean answered;
    private boolean twice;
    private volatile boolean stopped;
    private volatile boolean delivered;
    private volatile boolean reading;
    private volatile @Nullable Socket socket;
    private volatile @Nullable Object client;

    /** @param attempt null for what is answered here, and for what only looks for kept connections */
    Sending(URL url, @Nullable Attempt attempt, @Nullable Place place) {
        this.url = url;
        this.attempt = attempt;
        this.place = place;
    }

    static @Nullable Sending current() {
        return CURRENT.get();
    }

    /** What this thread was at before, if anything. */
    @Nullable
    Sending enter() {
        Sending before = CURRENT.get();
        CURRENT.set(this);
        return before;
    }

    void leave(@Nullable Sending before) {
        CURRENT.set(before); // an entry that stays costs less than one that is made for each attempt
    }

    /** Runs what only looks like something of an application. */
    static void outside(URL url, Runnable task) {
        var none = new Sending(url, null, null);
        Sending before = none.enter();
        try {
            task.run();
        } finally {
            none.leave(before);
        }
    }

    @Nullable
    Attempt attempt() {
        return attempt;
    }

    /** Where connections to this URL go; null for one that is none of this attempt's. */
    @Nullable
    Place place(URL of) {
        return UrlRequest.sameAuthority(url, of) ? place : null;
    }

    URL url() {
        return url;
    }

    /**
     * A connection is there: from here on the request may have left.
     *
     * @param again whether the library may send it a second time, should that connection be gone
     */
    void sent(@Nullable Object over, boolean again) throws IOException {
        client = over;
        sent = true;
        twice = again;
        ensureGoing();
    }

    /** The connection was gone, and what was sent over it is sent again: so that is not sent yet. */
    void lost() {
        sent = false;
    }

    boolean mayGoTwice() {
        return twice;
    }

    boolean usedLately() {
        return place != null && place.usedLately();
    }

    /** A peer has answered a request of this attempt, and the library goes on from there. */
    void answered() {
        answered = true;
    }

    boolean wasSent() {
        return sent || answered;
    }

    void opening(Object by, Socket opened) throws IOException {
        client = by;
        socket = opened;
        ensureGoing();
    }

    private void ensureGoing() throws IOException {
        if (stopped) {
            throw new SocketException("Socket closed");
        }
    }

    /** What is read from now on belongs to the application. */
    void delivered() {
        delivered = true;
    }

    void reading(boolean now) {
        reading = now;
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Closes the connection, from another thread. One whose answer has been read to the end may be
     * somebody else's by now; an answer that is being read isn't.
     */
    void stop() {
        stopped = true;
        if (delivered && !reading) {
            return;
        }
        Object open = client;
        if (open != null && !Clients.pooled(open)) {
            Clients.breakOff(open);
        }
        if (!delivered) {
            Clients.abort(socket);
        }
    }

    /** The shorter of the cluster's limit for connecting and the application's, in milliseconds; 0 for none. */
    int connectLimit(int application) {
        return attempt == null ? application : ConnectLimit.millis(attempt, application);
    }
}
