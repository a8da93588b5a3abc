package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** What the library's exceptions mean, and which of them say what the mesh means. */
final class Failures {
    private Failures() {}

    /** Why an attempt brought no answer. */
    static End ofSending(Throwable thrown, @Nullable Sending sending) {
        return new End(outcome(thrown, sending), 0, thrown);
    }

    private static Outcome outcome(Throwable thrown, @Nullable Sending sending) {
        if (sending == null || given(thrown, sending) || !fromNetwork(thrown)) {
            return Outcome.CANCELLED;
        }
        if (thrown instanceof ConnectionRequestTimeoutException) {
            return Outcome.UNSENT;
        }
        return switch (sending.reach()) {
            // An interceptor of the application, or the library, found fault with the request.
            case LOCAL -> Outcome.CANCELLED;
            case REACHING -> Outcome.CONNECT_FAILURE;
            case SENT -> broken(thrown);
        };
    }

    /** Why an answer broke off after its head. */
    static End ofBody(Throwable thrown, @Nullable Sending sending) {
        boolean given = sending != null && given(thrown, sending);
        return new End(given ? Outcome.CANCELLED : broken(thrown), 0, thrown);
    }

    private static Outcome broken(Throwable thrown) {
        return thrown instanceof SocketTimeoutException ? Outcome.DEADLINE : Outcome.RESET;
    }

    private static boolean given(Throwable thrown, Sending sending) {
        return sending.stop().byApplication() || thrown.getCause() instanceof InterruptedException;
    }

    private static boolean fromNetwork(Throwable thrown) {
        return thrown instanceof IOException || thrown instanceof HttpException;
    }

    /** The exception that the library's users know for such a failure. */
    static IOException ofRefusal(Refusal refusal, HttpHost host) {
        return switch (refusal.kind()) {
            case COLD -> new ConnectTimeoutException(refusal.why(), host);
            case NO_ROUTE, NO_ENDPOINT, OVERFLOW -> new HttpHostConnectException(refusal.why(), host);
            case TIMEOUT -> new SocketTimeoutException(refusal.why());
            case RESET -> new SocketException(refusal.why());
            case TLS_REQUIRED -> new SSLException(refusal.why());
            case RULE -> throw new IllegalArgumentException("a rule answers, it does not fail: " + refusal.why());
        };
    }
}
