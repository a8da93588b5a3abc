package dev.weft.adapters.okhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownServiceException;
import javax.net.ssl.SSLException;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import org.jspecify.annotations.Nullable;

/** What the library's exceptions mean, and which of them say what the mesh means. */
final class Failures {
    private Failures() {}

    /**
     * Why an attempt brought no answer.
     *
     * @param replayable whether the body is whole again for another attempt, whatever was read of it
     */
    static End ofSending(Throwable thrown, @Nullable Sending sending, boolean replayable) {
        return new End(outcome(thrown, sending, replayable), 0, thrown);
    }

    private static Outcome outcome(Throwable thrown, @Nullable Sending sending, boolean replayable) {
        IOException cause = fromNetwork(thrown);
        if (sending == null || cause == null || given(cause, sending)) {
            return Outcome.CANCELLED;
        }
        return switch (sending.reach()) {
            // Where the client's own settings forbid it, no other endpoint helps.
            case CONNECTING -> cause instanceof UnknownServiceException ? Outcome.CANCELLED : Outcome.CONNECT_FAILURE;
            case CONNECTED -> Outcome.CANCELLED;
            case SENT -> replayable && refused(cause) ? Outcome.UNSENT : broken(cause);
        };
    }

    /** Until 4.12 a failure to connect comes wrapped into an unchecked exception. */
    private static @Nullable IOException fromNetwork(Throwable thrown) {
        if (thrown instanceof IOException itself) {
            return itself;
        }
        return thrown.getCause() instanceof IOException wrapped ? wrapped : null;
    }

    private static boolean refused(IOException cause) {
        return cause instanceof ConnectionShutdownException
                || cause instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM;
    }

    private static boolean given(IOException cause, Sending sending) {
        boolean interrupted = cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException);
        return interrupted || sending.given();
    }

    private static Outcome broken(IOException cause) {
        return cause instanceof SocketTimeoutException ? Outcome.DEADLINE : Outcome.RESET;
    }

    /** Why an answer broke off after its head. */
    static End ofBody(IOException thrown, Sending sending) {
        return new End(given(thrown, sending) ? Outcome.CANCELLED : broken(thrown), 0, thrown);
    }

    /** The exception that the library's users know for such a failure. */
    static IOException ofRefusal(Refusal refusal) {
        return switch (refusal.kind()) {
            case NO_ROUTE, NO_ENDPOINT, OVERFLOW -> new ConnectException(refusal.why());
            case COLD, TIMEOUT -> new SocketTimeoutException(refusal.why());
            case RESET -> new SocketException(refusal.why());
            case TLS_REQUIRED -> new SSLException(refusal.why());
            case RULE -> throw new IllegalArgumentException("a rule answers, it does not fail: " + refusal.why());
        };
    }
}
