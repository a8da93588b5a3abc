package dev.weft.adapters.urlconnection;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.net.Socket;
import java.net.SocketImpl;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a connection that was kept can still be used, without waiting. The library finds out
 * when a request is lost on it, and sends that again; which is not for it to decide in the mesh where it matters
 * whether a request is sent twice.
 */
final class Idle {
    private static final MethodHandle IMPL =
            Members.method(Socket.class, "getImpl", MethodType.methodType(SocketImpl.class, Socket.class));
    private static final MethodHandle DESCRIPTOR = Members.method(
            SocketImpl.class, "getFileDescriptor", MethodType.methodType(FileDescriptor.class, SocketImpl.class));
    private static final Class<?> TLS = Members.type("sun.security.ssl.BaseSSLSocketImpl");
    /** What a TLS socket is layered over; itself, if nothing. */
    private static final MethodHandle UNDER = Members.getter(TLS, "self", Object.class);

    private static final Class<?> NET = Members.type("sun.nio.ch.Net");
    private static final MethodHandle POLL = Members.method(
            NET,
            "pollNow",
            MethodType.methodType(int.class, FileDescriptor.class, int.class),
            FileDescriptor.class,
            int.class);
    private static final int POLLIN = pollIn();

    private Idle() {}

    /** Looks everything up, if that has not been done. */
    static void initialise() {
        // by being called
    }

    private static int pollIn() {
        try {
            return (short) Members.constant(NET, "POLLIN").invokeExact();
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** The socket that is connected; itself where it is layered over none. */
    static @Nullable Socket under(@Nullable Object socket) {
        Object under = TLS.isInstance(socket) ? Members.get(UNDER, Objects.requireNonNull(socket)) : socket;
        return under instanceof Socket plain ? plain : null;
    }

    /** Whether the peer has closed, or said what nobody asked for: on an idle connection there is nothing to read. */
    static boolean broken(@Nullable Object socket) {
        Socket plain = under(socket);
        if (plain == null || plain.isClosed()) {
            return true;
        }
        try {
            var descriptor = (FileDescriptor) DESCRIPTOR.invokeExact((SocketImpl) IMPL.invokeExact(plain));
            return descriptor != null && descriptor.valid() && (int) POLL.invokeExact(descriptor, POLLIN) != 0;
        } catch (IOException closed) {
            return true;
        } catch (Throwable unknown) {
            return false; // a socket of somebody else's making, which the library takes as it is
        }
    }
}
