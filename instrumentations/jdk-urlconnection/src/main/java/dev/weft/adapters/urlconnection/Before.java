package dev.weft.adapters.urlconnection;

import java.lang.invoke.MethodHandle;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLConnection;
import org.jspecify.annotations.Nullable;

/**
 * The part of a connection object's state that sending changes and the next attempt needs as it was.
 *
 * @param headers of the application; each attempt writes to a copy
 * @param written whether they begin with a request line, as they do after a redirect
 */
record Before(
        URL url,
        String method,
        Object headers,
        boolean written,
        @Nullable Object poster) {
    private static final MethodHandle SET_REQUEST_URI = Members.setter(Connections.IMPL, "requestURI", Object.class);
    private static final MethodHandle POSTER = Members.getter(Connections.IMPL, "poster", Object.class);
    private static final MethodHandle SET_POSTER = Members.setter(Connections.IMPL, "poster", Object.class);
    private static final MethodHandle WRITTEN = Members.getter(Connections.IMPL, "setRequests", boolean.class);
    private static final MethodHandle SET_WRITTEN = Members.setter(Connections.IMPL, "setRequests", boolean.class);
    private static final MethodHandle SET_URL = Members.setter(URLConnection.class, "url", Object.class);

    static Before of(HttpURLConnection connection) {
        return new Before(
                connection.getURL(),
                connection.getRequestMethod(),
                Connections.requests(connection),
                Members.is(WRITTEN, connection),
                Members.get(POSTER, connection));
    }

    /** After it a request can be sent again: nothing is connected, nothing was answered. */
    void restore(Object connection) {
        Connections.clear(connection);
        Connections.method(connection, method);
        Members.set(SET_URL, connection, url);
        Members.set(SET_REQUEST_URI, connection, null);
        Members.set(SET_WRITTEN, connection, written);
        Members.set(SET_POSTER, connection, poster);
    }
}
