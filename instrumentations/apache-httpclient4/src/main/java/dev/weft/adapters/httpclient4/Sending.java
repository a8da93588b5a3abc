package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.Attempt;
import java.net.URI;
import org.apache.http.HttpHost;
import org.apache.http.HttpMessage;
import org.apache.http.client.methods.HttpRequestWrapper;
import org.apache.http.client.protocol.HttpClientContext;
import org.jspecify.annotations.Nullable;

/** One attempt while the library works on it: where it goes, what stops it, how far it came. */
final class Sending {
    /** The attempt that this thread is sending, for the hooks further down. */
    private static final ThreadLocal<@Nullable Sending> CURRENT = new ThreadLocal<>();

    /** How far an attempt came. */
    enum Reach {
        /** Inside the library or the application's interceptors. */
        LOCAL,
        /** Opening a connection: nothing of the request has left. */
        REACHING,
        /** The request may have left: a pooled connection is used without a word to us. */
        SENT
    }

    private final Attempt attempt;
    private final Hop hop;
    private final Aim aim;
    private final Stop stop;
    /** To send instead of the request's own; null for that one. */
    private final @Nullable String path;

    private Reach reach = Reach.LOCAL;
    /** Where the name stands that was completed for this attempt, and as it was; null while it is as it was. */
    private @Nullable HttpClientContext completed;

    private @Nullable HttpHost named;

    Sending(Attempt attempt, Hop hop, Aim aim, Stop stop) {
        this.attempt = attempt;
        this.hop = hop;
        this.aim = aim;
        this.stop = stop;
        this.path = attempt.path();
    }

    @Nullable
    String path() {
        return path;
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

    /** Whether a link of the chain is asked for this attempt, and not for a call of some interceptor's own. */
    boolean covers(@Nullable Object route, @Nullable Object context) {
        return context == hop.context() || hop.route().equals(route);
    }

    Attempt attempt() {
        return attempt;
    }

    Aim aim() {
        return aim;
    }

    Stop stop() {
        return stop;
    }

    Reach reach() {
        return reach;
    }

    void at(Reach next) {
        reach = next;
    }

    /** Puts a name with a port into the context, until {@link #restoreName}. */
    void completed(HttpClientContext context, HttpHost before, HttpHost whole) {
        context.setAttribute(HttpClientContext.HTTP_TARGET_HOST, whole);
        completed = context;
        named = before;
    }

    boolean isCompletedIn(@Nullable Object context) {
        return completed != null && completed == context;
    }

    void restoreName() {
        HttpClientContext context = completed;
        if (context != null) {
            completed = null;
            context.setAttribute(HttpClientContext.HTTP_TARGET_HOST, named);
        }
    }

    /**
     * The next link takes a connection to the endpoint. The mesh's edits come last, as they would in a
     * proxy: what the library and the application's interceptors made of the request before is theirs.
     */
    void depart(HttpMessage request) {
        if (path != null && request instanceof HttpRequestWrapper wrapper) {
            wrapper.setURI(URI.create(path));
        }
        attempt.edit(new MessageHeaders(request));
        reach = Reach.SENT;
        stop.aimed(); // last: where anything before it breaks, the site goes on with the logical route
    }
}
