package dev.weft.adapters.urlconnection;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URLConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the adapter reads and writes of the JDK's connection object, which is the request and the answer in one. */
final class Connections {
    static final Class<?> IMPL = Members.type("sun.net.www.protocol.http.HttpURLConnection");
    private static final Class<?> SECURE =
            Members.type("sun.net.www.protocol.https.AbstractDelegateHttpsURLConnection");
    private static final MethodType ACT = MethodType.methodType(void.class, Object.class);
    private static final MethodType ASK = MethodType.methodType(boolean.class, Object.class);

    private static final MethodHandle HTTP = ref("http");
    private static final MethodHandle SET_HTTP = set("http");
    private static final MethodHandle SET_OUTPUT = set("ps");
    private static final MethodHandle PROXY = ref("instProxy");
    private static final MethodHandle SET_PROXY = set("instProxy");
    private static final MethodHandle INPUT = ref("inputStream");
    private static final MethodHandle SET_INPUT = set("inputStream");
    private static final MethodHandle ERROR = ref("errorStream");
    private static final MethodHandle SET_ERROR = set("errorStream");
    private static final MethodHandle REQUESTS = ref("requests");
    private static final MethodHandle SET_REQUESTS = set("requests");
    private static final MethodHandle USER_HEADERS = ref("userHeaders");
    private static final MethodHandle RESPONSES = ref("responses");
    private static final MethodHandle STREAMED = ref("strOutputStream");
    private static final MethodHandle REMEMBERED = ref("rememberedException");
    private static final MethodHandle SET_REMEMBERED = set("rememberedException");
    private static final MethodHandle SET_REUSE = set("reuseClient");
    private static final MethodHandle SET_FAILED = Members.setter(IMPL, "failedOnce", boolean.class);
    private static final MethodHandle CONNECTING = Members.getter(IMPL, "connecting", boolean.class);
    private static final MethodHandle SET_CONNECTING = Members.setter(IMPL, "connecting", boolean.class);
    private static final MethodHandle SET_CONNECTED = Members.setter(URLConnection.class, "connected", boolean.class);
    private static final MethodHandle SET_METHOD = Members.setter(HttpURLConnection.class, "method", Object.class);
    private static final MethodHandle STATUS = Members.getter(HttpURLConnection.class, "responseCode", int.class);
    private static final MethodHandle CONNECT = Members.method(IMPL, "connect", ACT);
    private static final MethodHandle DISCONNECT = Members.method(IMPL, "disconnectInternal", ACT);
    private static final MethodHandle COOKIES = Members.method(IMPL, "setCookieHeader", ACT);
    private static final MethodHandle STREAMING = Members.method(IMPL, "streaming", ASK);
    private static final MethodHandle LOCKED = Members.method(IMPL, "isLockHeldByCurrentThread", ASK);
    private static final MethodHandle FACTORY =
            Members.method(SECURE, "getSSLSocketFactory", MethodType.methodType(Object.class, Object.class));
    static final int MAX_REDIRECTS = maxRedirects();

    private Connections() {}

    private static MethodHandle ref(String field) {
        return Members.getter(IMPL, field, Object.class);
    }

    private static MethodHandle set(String field) {
        return Members.setter(IMPL, field, Object.class);
    }

    private static int maxRedirects() {
        try {
            return (int) Members.constant(IMPL, "maxRedirects").invokeExact();
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Looks everything up, if that has not been done. */
    static void initialise() {
        // by being called
    }

    /** Neither answered nor failed: the next call that needs the answer makes it. */
    static boolean fresh(Object connection) {
        return Members.get(INPUT, connection) == null && Members.get(REMEMBERED, connection) == null;
    }

    /** Fresh, nothing begun, and it is the application that calls: the library calls while it holds its lock. */
    static boolean untouched(Object connection) {
        return client(connection) == null
                && fresh(connection)
                && Mark.of(proxy(connection)) == null
                && !Members.is(LOCKED, connection);
    }

    static boolean isConnecting(Object connection) {
        return Members.is(CONNECTING, connection);
    }

    /** A call of the library. */
    interface Step {
        @Nullable
        Object run() throws Throwable;
    }

    /** Runs what would connect first, with nothing connected. */
    static @Nullable Object whileUnconnected(Object connection, Object nobody, Step step) throws Throwable {
        Members.set(SET_REUSE, connection, nobody);
        try {
            return step.run();
        } finally {
            Members.set(SET_REUSE, connection, null);
            client(connection, null);
        }
    }

    /** As the library does when it is asked for a stream. */
    static void beginOutput(HttpURLConnection connection) {
        if (connection.getRequestMethod().equals("GET")) {
            method(connection, "POST");
        }
    }

    static @Nullable Object client(Object connection) {
        return Members.get(HTTP, connection);
    }

    /** Gives it a client that is connected, or none. */
    static void client(Object connection, @Nullable Object client) {
        Members.set(SET_HTTP, connection, client);
        Members.set(SET_CONNECTED, connection, client != null);
    }

    /**
     * Has it take a client that is made here when it looks for one. Until then it is unconnected, as all whose advice
     * comes before that expect it to be: another agent changes its headers there.
     */
    static void offered(Object connection, Object client) {
        client(connection, null);
        Members.set(SET_REUSE, connection, client);
        Members.set(SET_OUTPUT, connection, Clients.output(client));
    }

    static @Nullable Proxy proxy(Object connection) {
        return (Proxy) Members.get(PROXY, connection);
    }

    static void proxy(Object connection, @Nullable Proxy proxy) {
        Members.set(SET_PROXY, connection, proxy);
    }

    static @Nullable InputStream input(Object connection) {
        return (InputStream) Members.get(INPUT, connection);
    }

    static void input(Object connection, InputStream stream) {
        Members.set(SET_INPUT, connection, stream);
    }

    static @Nullable InputStream error(Object connection) {
        return (InputStream) Members.get(ERROR, connection);
    }

    static void error(Object connection, InputStream stream) {
        Members.set(SET_ERROR, connection, stream);
    }

    static Object requests(Object connection) {
        return Objects.requireNonNull(Members.get(REQUESTS, connection));
    }

    static void requests(Object connection, Object headers) {
        Members.set(SET_REQUESTS, connection, headers);
    }

    /** Those that were set from outside of the library, in the order in which they came. */
    static Object userHeaders(Object connection) {
        return Objects.requireNonNull(Members.get(USER_HEADERS, connection));
    }

    static Object responses(Object connection) {
        return Objects.requireNonNull(Members.get(RESPONSES, connection));
    }

    static int status(Object connection) {
        return Members.number(STATUS, connection);
    }

    static boolean streaming(Object connection) {
        return Members.is(STREAMING, connection);
    }

    static boolean streamed(Object connection) {
        return Members.get(STREAMED, connection) != null;
    }

    static void remember(Object connection, @Nullable Throwable failure) {
        if (Members.get(REMEMBERED, connection) == null && failure instanceof Exception) {
            Members.set(SET_REMEMBERED, connection, failure);
        }
    }

    static void forget(Object connection) {
        Members.set(SET_REMEMBERED, connection, null);
    }

    static boolean secure(Object connection) {
        return SECURE.isInstance(connection);
    }

    static Object socketFactory(Object connection) {
        return Objects.requireNonNull(Members.get(FACTORY, connection));
    }

    static void connecting(Object connection) {
        Members.set(SET_CONNECTING, connection, true);
    }

    /** Closes what is open, and forgets the answer. */
    static void clear(Object connection) {
        Members.run(DISCONNECT, connection);
        Members.set(SET_CONNECTED, connection, false);
        Members.set(SET_INPUT, connection, null);
        Members.set(SET_ERROR, connection, null);
        Members.set(SET_REMEMBERED, connection, null);
        Members.set(SET_FAILED, connection, false);
        HeaderList.reset(responses(connection));
    }

    static void method(Object connection, String method) {
        Members.set(SET_METHOD, connection, method);
    }

    static void connect(Object connection) {
        Members.run(CONNECT, connection);
    }

    /** Connects without taking a connection that was kept. */
    static void connectAnew(Object connection) {
        Members.run(DISCONNECT, connection);
        Members.set(SET_FAILED, connection, true);
        try {
            Members.run(CONNECT, connection);
        } finally {
            Members.set(SET_FAILED, connection, false);
        }
    }

    static void cookies(Object connection) {
        Members.run(COOKIES, connection);
    }
}
