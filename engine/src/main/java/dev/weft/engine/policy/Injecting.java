package dev.weft.engine.policy;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Fault.Abort;
import dev.weft.engine.snapshot.Fault.Delay;
import dev.weft.engine.snapshot.Fault.Share;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether and how a call is hurt on purpose (Envoy: {@code envoy.filters.http.fault}). */
public final class Injecting {
    /** The words of the answer, as in Envoy. */
    private static final String BODY = "fault filter abort";

    private static final long MOST_MILLIS = Long.MAX_VALUE / 1_000_000;
    private static final long MOST_NUMBER = 0xFFFF_FFFFL;

    private Injecting() {}

    /** Nanoseconds to wait; 0 for a call that is not delayed. */
    public static long delay(@Nullable Delay delay, Request request, RandomSource random) {
        if (delay == null) {
            return 0;
        }
        if (!delay.fromHeader()) {
            return drawn(delay.share(), null, random) ? delay.nanos() : 0;
        }
        long millis = number(request.header("x-envoy-fault-delay-request"), MOST_MILLIS);
        boolean hit = millis > 0 && drawn(delay.share(), header(request, "delay"), random);
        return hit ? millis * 1_000_000 : 0;
    }

    /** The answer of a call that is aborted; null for one that is not. */
    public static @Nullable Refusal abort(Fault fault, Request request, RandomSource random) {
        Abort abort = fault.abort();
        if (abort == null) {
            return null;
        }
        int http = abort.httpStatus();
        int grpc = abort.grpcStatus();
        String lowered = null;
        if (abort.fromHeader()) {
            http = (int) number(request.header("x-envoy-fault-abort-request"), 599);
            http = http < 200 ? 0 : http;
            grpc = http > 0 ? -1 : (int) number(request.header("x-envoy-fault-abort-grpc-request"), Integer.MAX_VALUE);
            lowered = header(request, "abort");
        }
        if (http <= 0 && grpc < 0 || !drawn(abort.share(), lowered, random)) {
            return null;
        }
        String why = "injected fault of " + fault.scope();
        return Refusal.rule(
                request, Refusal.Details.FAULT_FILTER_ABORT, http > 0 ? http : 200, grpc, why, List.of(), BODY);
    }

    /** The failure of a call that is broken off; null for one that is not. */
    public static @Nullable Refusal reset(Fault fault, RandomSource random) {
        Share share = fault.reset();
        return share != null && drawn(share, null, random)
                ? Refusal.reset(Refusal.Details.FAULT_FILTER_RESET, "injected fault of " + fault.scope())
                : null;
    }

    private static @Nullable String header(Request request, String what) {
        return request.header("x-envoy-fault-" + what + "-request-percentage");
    }

    /** @param lowered what the request says instead of the numerator, which it can't raise */
    private static boolean drawn(Share share, @Nullable String lowered, RandomSource random) {
        long wished = number(lowered, MOST_NUMBER);
        long numerator = wished < 0 ? share.numerator() : Math.min(wished, share.numerator());
        return numerator > 0 && random.below(share.denominator()) < numerator;
    }

    /** A whole number up to this; -1 where there is none. */
    private static long number(@Nullable String text, long most) {
        if (text == null || text.isEmpty() || text.length() > 18) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number <= most ? number : -1;
    }
}
