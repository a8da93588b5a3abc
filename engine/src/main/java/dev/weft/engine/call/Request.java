package dev.weft.engine.call;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the engine may ask of an outgoing request. Adapters implement it over the library's own
 * object; nothing is copied, and a value is read only when a rule asks for it.
 */
public interface Request {
    /** Logical host as the application wrote it: a name or an address literal, no port, no user info. */
    String host();

    /** Logical port: what the application wrote, or the scheme's default. */
    int port();

    /** Whether the application itself asked for TLS ({@code https}); its TLS is then left as it is. */
    boolean secure();

    /** HTTP method, or the protocol's nearest word. */
    String method();

    /** Path and query, beginning with {@code /}. */
    String path();

    /** First value of a header, or null. The engine asks in lower case; names match without case. */
    @Nullable
    String header(String name);

    /**
     * First value of a header of the request as it was sent last, as far as the adapter knows what was added on the
     * way: another tracer's place in a trace may be. Without the mesh's own edits, if they are told apart.
     */
    default @Nullable String sentHeader(String name) {
        return header(name);
    }

    /**
     * Every value of a header, joined with {@code ,} as HTTP allows, or null; what rules are held
     * against. Adapters whose library keeps several values apart say them all.
     */
    default @Nullable String joined(String name) {
        return header(name);
    }

    /**
     * Hands over every header that is known now, value by value, whatever rules ask for; nothing where the library
     * doesn't tell. For those who record calls.
     */
    default void headers(BiConsumer<String, String> each) {}

    /**
     * Whether it is a connection of which nothing but its bytes is known: it has neither method nor path nor headers,
     * its answer begins when it is connected, and it is over when both sides are.
     */
    default boolean opaque() {
        return false;
    }

    /** Address of whoever makes the call, without a port; null where that is this process, or one beside it. */
    default @Nullable String source() {
        return null;
    }

    /** Whether it is gRPC's, by its content type: {@code application/grpc}, alone or with what it carries. */
    default boolean grpc() {
        return grpc(header("content-type"));
    }

    /** Whether a content type is gRPC's. */
    static boolean grpc(@Nullable String type) {
        String grpc = "application/grpc";
        return type != null
                && type.startsWith(grpc)
                && (type.length() == grpc.length() || type.charAt(grpc.length()) == '+');
    }

    /**
     * Whether it can be made as if there were no mesh. Where nobody could lead it then, it waits for the first
     * directory whatever its host is and DNS says of that: see {@link Question.Warm}.
     */
    default boolean passable() {
        return true;
    }

    /** Whether the adapter sends {@link Attempt#path()} where there is one; false where it can't. */
    default boolean rewritable() {
        return false;
    }

    /** Whether the body is absent or can be produced again from its beginning. */
    boolean replayable();

    /**
     * Whether a part of the body has gone that can't be produced again: it isn't sent once more then, also where no peer
     * took anything of it.
     */
    default boolean spent() {
        return false;
    }

    /**
     * The caller's own limit for the head of the answer, retries included, in nanoseconds from the
     * start of the call; none by default. What is read after the head is no longer under it.
     */
    default long timeoutNanos() {
        return Long.MAX_VALUE;
    }
}
