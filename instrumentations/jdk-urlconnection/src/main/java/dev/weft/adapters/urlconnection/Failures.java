package dev.weft.adapters.urlconnection;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.HttpRetryException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The library's exceptions in the engine's words, and back. */
final class Failures {
    private Failures() {}

    /** Why an attempt brought no answer. */
    static End ofSending(Throwable thrown, @Nullable Sending sending, boolean givenUp) {
        return End.failed(outcome(thrown, sending, givenUp), thrown);
    }

    private static Outcome outcome(Throwable thrown, @Nullable Sending sending, boolean givenUp) {
        if (sending == null || givenUp || interrupted(thrown) || !(thrown instanceof IOException)) {
            return Outcome.CANCELLED;
        }
        if (!sending.wasSent()) {
            return Outcome.CONNECT_FAILURE;
        }
        // Too many redirects, or one that a streamed body can't follow.
        boolean fault = thrown instanceof HttpRetryException || thrown instanceof ProtocolException;
        return fault ? Outcome.CALLER_FAULT : broken(thrown);
    }

    private static boolean interrupted(Throwable thrown) {
        return thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException)
                || Thread.currentThread().isInterrupted();
    }

    /** Why an answer broke off after its head. */
    static End ofBody(Throwable thrown, Sending sending) {
        return End.failed(sending.isStopped() ? Outcome.DEADLINE : broken(thrown), thrown);
    }

    private static Outcome broken(Throwable thrown) {
        return thrown instanceof SocketTimeoutException ? Outcome.DEADLINE : Outcome.RESET;
    }

    /** The exception that the library's users know for such a failure. */
    static IOException ofRefusal(Refusal refusal) {
        return switch (refusal.kind()) {
            case COLD, NO_ROUTE, NO_ENDPOINT, OVERFLOW -> new ConnectException(refusal.why());
            case TIMEOUT -> new SocketTimeoutException(refusal.why());
            case RESET -> new SocketException(refusal.why());
            case TLS_REQUIRED -> new SSLException(refusal.why());
            case RULE -> throw new IllegalArgumentException("a rule answers, it does not fail: " + refusal.why());
        };
    }
}
