package dev.weft.adapters.jdkhttp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the adapter reads of the library's internal classes. They can't be named at compile time; a
 * member that a release lacks fails the class's initialisation, and calls pass as without us.
 */
final class Internals {
    /** Opened to the adapter by the weaver. */
    static final String PACKAGE = "java.net.http/jdk.internal.net.http";

    private static final Class<?> CLIENT = type("HttpClientImpl");
    private static final Class<?> REQUEST = type("HttpRequestImpl");

    private static final MethodHandle FACADE = virtual(CLIENT, "facade", Object.class);
    private static final MethodHandle PROXY_SELECTOR = virtual(CLIENT, "proxySelector", ProxySelector.class);
    private static final MethodHandle EXECUTOR = virtual(CLIENT, "theExecutor", Executor.class);
    private static final MethodHandle THREADS =
            virtual(type("HttpClientImpl$DelegatingExecutor"), "delegate", Executor.class);
    private static final MethodHandle WEB_SOCKET = virtual(REQUEST, "isWebSocket", boolean.class);
    private static final MethodHandle SECURE = virtual(REQUEST, "secure", boolean.class);
    private static final MethodHandle ANSWERED = virtual(type("Response"), "request", Object.class);
    private static final MethodHandle PEER = virtual(type("HttpConnection"), "address", InetSocketAddress.class);
    private static final MethodHandle CURRENT = field("MultiExchange", "currentreq");
    private static final MethodHandle BODY = body();
    private static final MethodHandle OF_HTTP1 = field("Http1Request", "request");
    private static final MethodHandle OF_HTTP2 = field("Stream", "request");
    private static final MethodHandle ADD = unreflect(
            method(REQUEST, "setSystemHeader", 2),
            MethodType.methodType(void.class, Object.class, String.class, String.class));

    static {
        // Where headers that wait, and hosts, are written: without any of them they would be lost.
        method(type("Http1Request"), "collectHeaders0", 1);
        method(type("Stream"), "headerFrame", 1);
        method(type("Stream"), "createPseudoHeaders", 1);
    }

    private Internals() {}

    /** Looks everything up, if that has not been done. */
    static void initialise() {
        // by being called
    }

    static @Nullable Object facade(Object client) {
        return call(FACADE, client);
    }

    static @Nullable ProxySelector proxySelector(Object client) {
        return (ProxySelector) call(PROXY_SELECTOR, client);
    }

    /** What the client runs tasks on; on the caller's thread where the library would. */
    static Executor executor(Object client) {
        return (Executor) Objects.requireNonNull(call(EXECUTOR, client));
    }

    /** What the client runs tasks on, never the caller's thread (unless the application chose so). */
    static Executor threads(Object client) {
        return (Executor) Objects.requireNonNull(call(THREADS, executor(client)));
    }

    static boolean isWebSocket(HttpRequest request) {
        return REQUEST.isInstance(request) && Boolean.TRUE.equals(call(WEB_SOCKET, request));
    }

    /** Whether an {@code HttpRequestImpl} is sent over TLS. */
    static boolean isSecure(Object request) {
        return Boolean.TRUE.equals(call(SECURE, request));
    }

    /** The request that a {@code Response} answers. */
    static @Nullable Object answered(Object response) {
        return call(ANSWERED, response);
    }

    /** The address an {@code HttpConnection} is connected to. */
    static @Nullable Object peer(Object connection) {
        return call(PEER, connection);
    }

    /** The request a {@code MultiExchange} is at. */
    static @Nullable Object current(Object exchange) {
        return call(CURRENT, exchange);
    }

    /** The request that an {@code Http1Request} writes. */
    static Object writtenByHttp1(Object writer) {
        return Objects.requireNonNull(call(OF_HTTP1, writer));
    }

    /** The request that a {@code Stream} writes. */
    static Object writtenByHttp2(Object writer) {
        return Objects.requireNonNull(call(OF_HTTP2, writer));
    }

    /** The client whose sockets a thread looks after; null for other threads. */
    static @Nullable Object owner(Thread thread) {
        return thread.getClass().getName().equals(CLIENT.getName() + "$SelectorManager")
                ? value(thread, "owner")
                : null;
    }

    /** What a field of an object of the library's refers to. For what is looked at once. */
    static Object value(Object of, String field) {
        try {
            return Objects.requireNonNull(
                    lookup(of.getClass())
                            .unreflectGetter(of.getClass().getDeclaredField(field))
                            .invoke(of),
                    field);
        } catch (NoSuchFieldException missing) {
            throw new NoSuchFieldError(missing.getMessage());
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static boolean has(Object of, String field) {
        for (var one : of.getClass().getDeclaredFields()) {
            if (one.getName().equals(field)) {
                return true;
            }
        }
        return false;
    }

    /** Sets one of the headers that the library adds to an {@code HttpRequestImpl} by itself. */
    static void header(Object request, String name, String value) {
        try {
            ADD.invokeExact(request, name, value);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    /** The body of a subscriber, asked for on the thread where the library would ask. */
    @SuppressWarnings("unchecked") // generic in the library
    static <T> CompletionStage<T> body(Executor executor, BodySubscriber<T> subscriber) {
        try {
            return (CompletionStage<T>) BODY.invoke(executor, subscriber);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    /** Throws what it is given, declared or not. */
    static RuntimeException same(Throwable thrown) {
        Internals.<RuntimeException>throwAs(thrown);
        return new IllegalStateException("never made", thrown);
    }

    @SuppressWarnings("unchecked") // the cast is not checked, which is the purpose
    private static <X extends Throwable> void throwAs(Throwable thrown) throws X {
        throw (X) thrown;
    }

    private static @Nullable Object call(MethodHandle handle, Object self) {
        try {
            return handle.invoke(self);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName("jdk.internal.net.http." + name, false, HttpRequest.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new NoClassDefFoundError(missing.getMessage());
        }
    }

    private static MethodHandle virtual(Class<?> owner, String name, Class<?> result) {
        return unreflect(method(owner, name, 0), MethodType.methodType(result, Object.class));
    }

    private static MethodHandle unreflect(Method method, MethodType as) {
        try {
            return lookup(method.getDeclaringClass()).unreflect(method).asType(as);
        } catch (IllegalAccessException closed) {
            throw new IllegalAccessError(closed.getMessage());
        }
    }

    private static Method method(Class<?> owner, String name, int parameters) {
        for (var method : owner.getDeclaredMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == parameters) {
                return method;
            }
        }
        throw new NoSuchMethodError(owner.getName() + "." + name + " of " + parameters);
    }

    private static MethodHandle field(String owner, String name) {
        try {
            Class<?> type = type(owner);
            return lookup(type)
                    .unreflectGetter(type.getDeclaredField(name))
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (NoSuchFieldException missing) {
            throw new NoSuchFieldError(missing.getMessage());
        } catch (IllegalAccessException closed) {
            throw new IllegalAccessError(closed.getMessage());
        }
    }

    private static MethodHandle body() {
        try {
            Class<?> owner = type("ResponseSubscribers");
            var shape = MethodType.methodType(CompletionStage.class, Executor.class, BodySubscriber.class);
            return lookup(owner).findStatic(owner, "getBodyAsync", shape);
        } catch (NoSuchMethodException missing) {
            throw new NoSuchMethodError(missing.getMessage());
        } catch (IllegalAccessException closed) {
            throw new IllegalAccessError(closed.getMessage());
        }
    }

    private static MethodHandles.Lookup lookup(Class<?> owner) throws IllegalAccessException {
        return MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
    }
}
