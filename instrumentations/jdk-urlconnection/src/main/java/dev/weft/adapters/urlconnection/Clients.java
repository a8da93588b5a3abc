package dev.weft.adapters.urlconnection;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.net.Proxy;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the adapter reads and writes of the JDK's client: one socket, kept from connection object to connection object. */
final class Clients {
    private static final Class<?> HTTP = Members.type("sun.net.www.http.HttpClient");
    private static final Class<?> NETWORK = Members.type("sun.net.NetworkClient");
    private static final MethodType ACT = MethodType.methodType(void.class, Object.class);
    private static final MethodType ASK = MethodType.methodType(boolean.class, Object.class);

    private static final MethodHandle NEW = Members.constructor(HTTP);
    private static final MethodHandle PROXY = Members.getter(NETWORK, "proxy", Object.class);
    private static final MethodHandle SET_PROXY = Members.setter(NETWORK, "proxy", Object.class);
    private static final MethodHandle SOCKET = Members.getter(NETWORK, "serverSocket", Object.class);
    private static final MethodHandle SET_SOCKET = Members.setter(NETWORK, "serverSocket", Object.class);
    private static final MethodHandle OUTPUT = Members.getter(NETWORK, "serverOutput", Object.class);
    private static final MethodHandle SET_OUTPUT = Members.setter(NETWORK, "serverOutput", Object.class);
    private static final MethodHandle CONNECT_TIMEOUT = Members.getter(NETWORK, "connectTimeout", int.class);
    private static final MethodHandle READ_TIMEOUT = Members.getter(NETWORK, "readTimeout", int.class);
    private static final MethodHandle DEFAULT_TIMEOUT = Members.constant(NETWORK, "defaultConnectTimeout");
    private static final MethodHandle CREATE =
            Members.method(NETWORK, "createSocket", MethodType.methodType(Object.class, Object.class));
    private static final MethodHandle URL = Members.getter(HTTP, "url", Object.class);
    private static final MethodHandle SET_URL = Members.setter(HTTP, "url", Object.class);
    private static final MethodHandle POOLED = Members.getter(HTTP, "inCache", boolean.class);
    private static final MethodHandle KEPT = Members.method(HTTP, "isCachedConnection", ASK);
    private static final MethodHandle CLOSE = Members.method(HTTP, "closeServer", ACT);
    private static final MethodHandle DO_NOT_RETRY = Members.method(
            HTTP, "setDoNotRetry", MethodType.methodType(void.class, Object.class, boolean.class), boolean.class);
    /** Stands where the library insists on being connected and then doesn't use it. */
    static final Object NOBODY = made();

    private Clients() {}

    private static Object made() {
        try {
            return (Object) NEW.invokeExact();
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Looks everything up, if that has not been done; fails too where what is woven has another shape. */
    static void initialise() {
        Idle.initialise();
        Class<?> cache = Members.type("sun.net.www.http.KeepAliveCache");
        Members.require(cache, "get", URL.class, Object.class);
        Members.require(cache, "put", URL.class, Object.class, HTTP);
        Members.require(NETWORK, "doConnect", String.class, int.class);
    }

    /** One that talks to this socket. */
    static Object over(Socket socket, URL url) {
        Object client = unconnected(url);
        Members.set(SET_SOCKET, client, socket);
        Members.set(
                SET_OUTPUT, client, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.US_ASCII));
        return client;
    }

    /** One that knows no more than what is asked for. */
    static Object unconnected(URL url) {
        Object client = made();
        Members.set(SET_URL, client, url);
        return client;
    }

    static @Nullable Object output(Object client) {
        return Members.get(OUTPUT, client);
    }

    static @Nullable Mark mark(Object client) {
        return Mark.of((Proxy) Members.get(PROXY, client));
    }

    static void proxy(Object client, Proxy proxy) {
        Members.set(SET_PROXY, client, proxy);
    }

    static URL url(Object client) {
        return (URL) Objects.requireNonNull(Members.get(URL, client));
    }

    static Socket createSocket(Object client) {
        return (Socket) Objects.requireNonNull(Members.get(CREATE, client));
    }

    /** The application's limit for connecting, in milliseconds; 0 for none. */
    static int connectTimeout(Object client) {
        int own = Members.number(CONNECT_TIMEOUT, client);
        try {
            return own >= 0 ? own : Math.max(0, (int) DEFAULT_TIMEOUT.invokeExact());
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Negative when it is not known yet. */
    static int readTimeout(Object client) {
        return Members.number(READ_TIMEOUT, client);
    }

    /** Whether its socket has served another request before. */
    static boolean kept(Object client) {
        return Members.is(KEPT, client);
    }

    /** Whether it is free for others. */
    static boolean pooled(Object client) {
        return Members.is(POOLED, client);
    }

    /** The library sends no request of it a second time by itself. */
    static void sendOnce(Object client) {
        try {
            DO_NOT_RETRY.invokeExact(client, true);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    static void close(Object client) {
        Members.run(CLOSE, client);
    }

    /** Closes it under whoever is using it. */
    static void breakOff(Object client) {
        sendOnce(client);
        abort(Idle.under(socket(client)));
        close(client);
    }

    /**
     * Closes it at once: without a time to linger TLS first waits for whoever is writing, and then writes to a peer that
     * may take nothing any more.
     */
    static void abort(@Nullable Socket socket) {
        if (socket == null) {
            return;
        }
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyGone) {
            return; // it is closed, which is what was wanted
        }
    }

    /** Null only before it is connected. */
    static @Nullable Object socket(Object client) {
        return Members.get(SOCKET, client);
    }
}
