package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** The library's exceptions in the engine's words, and back. */
final class Failures {
    private Failures() {}

    /** What really failed; an exception that would say "nothing was sent" after an earlier hop was answered is renamed. */
    static Throwable cause(Throwable failure, Aim aim) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return aim.wasAnswered() && outcome(cause, true).unsent() ? new AfterAnswer(cause) : cause;
    }

    /** @param replayable whether the body is whole again for another attempt, whatever was read of it */
    static End end(Throwable thrown, boolean replayable) {
        return End.failed(outcome(thrown, replayable), thrown);
    }

    private static Outcome outcome(Throwable thrown, boolean replayable) {
        if (thrown instanceof ConnectException || thrown instanceof HttpConnectTimeoutException) {
            return Outcome.CONNECT_FAILURE;
        }
        if (thrown instanceof HttpTimeoutException) {
            return Outcome.DEADLINE;
        }
        if (thrown instanceof CancellationException) {
            return Outcome.CANCELLED;
        }
        if (thrown instanceof IllegalArgumentException) {
            return Outcome.CALLER_FAULT;
        }
        String message = String.valueOf(thrown.getMessage());
        if (thrown instanceof SSLHandshakeException) {
            // With TLS 1.3 the peer's alert may come after the request went out.
            return message.contains("fatal alert") ? Outcome.RESET : Outcome.CONNECT_FAILURE;
        }
        return replayable && refused(message) ? Outcome.UNSENT : Outcome.RESET;
    }

    /** RST_STREAM with REFUSED_STREAM (RFC 9113, section 8.7), in the library's words: those of 17, and newer ones. */
    private static boolean refused(String message) {
        return message.contains("Stream not processed") || message.contains("request not processed by peer");
    }

    /** What the library would throw; null when the refusal is an answer. */
    static @Nullable Throwable of(Refusal refusal) {
        return switch (refusal.kind()) {
            case TIMEOUT -> new HttpTimeoutException("request timed out: " + refusal.why());
            case RESET -> new SocketException(refusal.why());
            case TLS_REQUIRED -> new SSLException(refusal.why());
            case COLD, NO_ROUTE, NO_ENDPOINT, OVERFLOW -> new ConnectException(refusal.why());
            case RULE -> null;
        };
    }

    /** A later hop of a redirect or an authentication could not be sent; an earlier one was answered. */
    private static final class AfterAnswer extends IOException {
        AfterAnswer(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
