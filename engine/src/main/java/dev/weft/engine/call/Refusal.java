package dev.weft.engine.call;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A local answer in neutral words, which the adapter puts into its protocol. Kinds that stand for a
 * failure become what the library itself would throw ({@link Kind#failure()}); the others become an
 * answer with status, headers and body.
 *
 * @param kind why
 * @param code HTTP status that says the same
 * @param why one sentence for the person who reads the log; names the host and the cause
 * @param headers name and value pairs of the answer
 * @param body text of the answer, may be empty
 * @param details which rule answers, or what exactly it is of an overflow; null where the kind says it all
 */
public record Refusal(
        Kind kind,
        int code,
        String why,
        List<Header> headers,
        String body,
        @Nullable Details details) {
    private static final String HEX = "0123456789ABCDEF";

    public Refusal {
        headers = List.copyOf(headers);
        boolean needed = kind == Kind.RULE || kind == Kind.RESET;
        if (needed != (details != null) && kind != Kind.OVERFLOW) {
            throw new IllegalArgumentException("details: " + details + " for " + kind);
        }
    }

    /** A refusal that the library reports as its own kind of failure. */
    public static Refusal failure(Kind kind, int code, String why) {
        return new Refusal(kind, code, why, List.of(), "", null);
    }

    /** The cluster takes no more calls. */
    public static Refusal overflow(@Nullable Details details, String why) {
        return new Refusal(Kind.OVERFLOW, 503, why, List.of(), "", details);
    }

    /** A rule breaks the call off; the library reports it as a connection that its peer has reset. */
    public static Refusal reset(Details details, String why) {
        return new Refusal(Kind.RESET, 503, "Connection reset (" + why + ")", List.of(), "", details);
    }

    /** The answer of a rule, as it stands. */
    public static Refusal rule(Details details, int code, String why, List<Header> headers, String body) {
        return new Refusal(Kind.RULE, code, why, headers, body, details);
    }

    /**
     * The answer of a rule. A gRPC call gets it as its protocol says it, in the head of an answer that has no
     * more, as Envoy's local replies are made; a type of its own has no place there.
     *
     * @param code HTTP status for others
     * @param grpcStatus -1 for what gRPC makes of the HTTP status
     */
    public static Refusal rule(
            Request request, Details details, int code, int grpcStatus, String why, List<Header> headers, String body) {
        if (!request.grpc()) {
            return rule(details, code, why, headers, body);
        }
        List<Header> all = new ArrayList<>();
        for (Header header : headers) {
            if (!header.name().equalsIgnoreCase("content-type")) {
                all.add(header);
            }
        }
        all.add(new Header("content-type", "application/grpc"));
        all.add(new Header("grpc-status", Integer.toString(grpcStatus < 0 ? grpcStatus(code) : grpcStatus)));
        all.add(new Header("grpc-message", percentEncoded(body)));
        return rule(details, 200, why, all, "");
    }

    /** gRPC: {@code doc/PROTOCOL-HTTP2.md}, Percent-Encoded. */
    private static String percentEncoded(String message) {
        StringBuilder encoded = new StringBuilder(message.length());
        for (byte octet : message.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
            }
        }
        return encoded.toString();
    }

    /** gRPC: {@code doc/http-grpc-status-mapping.md}. */
    private static int grpcStatus(int code) {
        return switch (code) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }

    public record Header(String name, String value) {}

    /** Which rule answers a call here (Envoy: {@code RESPONSE_CODE_DETAILS}). */
    public enum Details {
        DIRECT_RESPONSE("direct_response"),
        /** Ours: to Envoy it is a direct response. */
        REDIRECT("redirect"),
        FAULT_FILTER_ABORT("fault_filter_abort"),
        /** Ours: Envoy's filter breaks nothing off. */
        FAULT_FILTER_RESET("fault_filter_reset"),
        LOCAL_RATE_LIMITED("local_rate_limited"),
        REQUEST_RATE_LIMITED("request_rate_limited"),
        RATE_LIMITER_ERROR("rate_limiter_error"),
        DENIED_BY_ADMISSION_CONTROL("denied_by_admission_control"),
        REACHED_CONCURRENCY_LIMIT("reached_concurrency_limit"),
        DROP_OVERLOAD("drop_overload"),
        /** All calls are dropped. */
        UNCONDITIONAL_DROP_OVERLOAD("unconditional_drop_overload"),
        /** Ours: Envoy has no fallbacks. */
        FALLBACK("fallback");

        private final String words;

        Details(String words) {
            this.words = words;
        }

        /** As an access log has it. */
        public String words() {
            return words;
        }
    }

    /** Why a call is answered here. */
    public enum Kind {
        /** The name is known, its configuration did not arrive in time. */
        COLD(true),
        /** The host is known, no route matches. */
        NO_ROUTE(true),
        /** The cluster has no endpoint, or none may be used. */
        NO_ENDPOINT(true),
        /** The cluster has too many calls in flight, or its control plane has a share of them dropped. */
        OVERFLOW(true),
        /** A time limit passed before an answer came. */
        TIMEOUT(true),
        /** TLS is required and can't be had; never sent in the clear. */
        TLS_REQUIRED(true),
        /** A rule breaks the call off (injected reset). */
        RESET(true),
        /** A rule answers (direct response, redirect, injected abort, fallback, rate limit, denial). */
        RULE(false);

        private final boolean failure;

        Kind(boolean failure) {
            this.failure = failure;
        }

        /** Whether the library should throw rather than answer. */
        public boolean failure() {
            return failure;
        }
    }
}
