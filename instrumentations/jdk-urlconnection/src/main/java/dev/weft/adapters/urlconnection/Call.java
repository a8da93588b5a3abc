package dev.weft.adapters.urlconnection;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * One call of the mesh on a connection object, which bears it as its mark: prepares and connects the
 * attempts, and stops them when the application disconnects.
 */
final class Call extends Mark {
    private static final long serialVersionUID = 1;

    private final transient HttpURLConnection connection;
    private final transient Before before;
    private final transient UrlRequest request;
    private final transient @Nullable Proxy applications;
    /** How many headers came from outside before the first attempt. */
    private final transient int userHeaders;

    private transient volatile @Nullable Sending sending;
    private transient volatile boolean givenUp;
    private transient volatile @Nullable Committed committed;

    Call(HttpURLConnection connection) {
        this.connection = connection;
        this.before = Before.of(connection);
        this.request = UrlRequest.of(connection, before);
        this.applications = Connections.proxy(connection);
        this.userHeaders = HeaderList.count(Connections.userHeaders(connection));
    }

    static @Nullable Call of(Object connection) {
        return Mark.of(Connections.proxy(connection)) instanceof Call call ? call : null;
    }

    HttpURLConnection connection() {
        return connection;
    }

    UrlRequest request() {
        return request;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /**
     * Makes the connection object ready for one more attempt, whatever the last one left of it, but for what another
     * agent has put into it: its place in a trace, which it gives to a connection object once.
     */
    Sending prepare(Attempt attempt) throws IOException {
        var own = new Sending(before.url(), attempt, Place.of(connection, before.url(), attempt));
        take(own);
        HeaderList headers = HeaderList.copy(before.headers());
        headers.take(Connections.userHeaders(connection), userHeaders);
        attempt.edit(headers);
        Connections.requests(connection, headers.list());
        request.sent(headers);
        return own;
    }

    /** The same for an answer that no peer gives. */
    Sending prepare(Refusal rule) throws IOException {
        var own = new Sending(before.url(), null, null);
        take(own);
        Connections.requests(connection, HeaderList.copy(before.headers()).list());
        Connections.offered(connection, Clients.over(new LocalAnswer(rule), before.url()));
        return own;
    }

    private void take(Sending own) throws IOException {
        if (sending != null) {
            before.restore(connection);
        }
        sending = own;
        Connections.proxy(connection, proxy());
        if (givenUp) {
            throw new SocketException("Socket closed");
        }
    }

    /** Nothing of the request leaves here. */
    void connect(Sending own) throws IOException {
        Connections.connect(connection);
        Object client = Connections.client(connection);
        if (client != null && Clients.kept(client) && doubts(own) && Idle.broken(Clients.socket(client))) {
            Connections.connectAnew(connection);
            client = Connections.client(connection);
        }
        boolean twice = client != null && Clients.kept(client) && request.idempotent();
        if (client != null && !twice) {
            Clients.sendOnce(client);
        }
        own.sent(client, twice); // no client: the application's own cache has the answer
    }

    /** Whether a kept connection must be looked at: if it is gone, the library can't help itself, or probably must. */
    private boolean doubts(Sending own) {
        return !request.idempotent() || !request.replayable() || !own.usedLately();
    }

    /** The library's own second try, of what it could not write to a connection that was kept: to the same place. */
    void connectAgain(Sending own) throws IOException {
        own.lost();
        Connections.connect(connection);
        Object client = Connections.client(connection);
        if (client != null) {
            Clients.sendOnce(client);
        }
        own.sent(client, false);
    }

    /** The application disconnects, from whatever thread. */
    void giveUp() {
        givenUp = true;
        Sending open = sending;
        if (open != null) {
            open.stop();
        }
        Committed begun = committed;
        if (begun != null) {
            committed = null;
            begun.watch().over();
            begun.ending().end(End.CANCELLED);
            over();
        }
    }

    /** What was begun before the answer was asked for. */
    @Nullable
    Committed committed() {
        return committed;
    }

    void commit(@Nullable Committed begun) {
        committed = begun;
    }

    /** The connection object is the application's own again. */
    void over() {
        Connections.proxy(connection, applications);
    }
}
