package dev.weft.proxy.http2;

import dev.weft.engine.call.Outcome;
import dev.weft.telemetry.GrpcCalls;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Statuses of gRPC: what they mean to policies, and what becomes of HTTP's (gRPC: {@code statuscodes.md}, {@code PROTOCOL-HTTP2.md}). */
final class Grpc {
    static final String STATUS = "grpc-status";
    static final String MESSAGE = "grpc-message";

    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final String HEX = "0123456789ABCDEF";

    private Grpc() {}

    /** The status in a header; -1 where there is none, UNKNOWN for what is no number. */
    static int status(@Nullable String text) {
        if (text == null) {
            return -1;
        }
        int status = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i > 2) {
                return UNKNOWN;
            }
            status = status * 10 + digit;
        }
        return text.isEmpty() ? UNKNOWN : status;
    }

    static Outcome outcome(int status) {
        return switch (status) {
            case 0 -> Outcome.SUCCESS;
            case 1 -> Outcome.CANCELLED;
            case 2, 13, 15 -> Outcome.SERVER_FAILURE;
            case 4 -> Outcome.DEADLINE;
            case 8 -> Outcome.OVERLOADED;
            case 14 -> Outcome.UNAVAILABLE;
            default -> Outcome.CALLER_FAULT;
        };
    }

    /** What an answer of ours is to a caller of gRPC; a time limit that passed is one there too. */
    static int ofHttp(int status) {
        return status == 408 ? DEADLINE_EXCEEDED : GrpcCalls.ofHttp(status);
    }

    /** What a reset stream is to a caller (gRPC: {@code PROTOCOL-HTTP2.md}, Errors). */
    static int ofReset(long error) {
        if (error == Http2Error.REFUSED_STREAM.code()) {
            return 14;
        } else if (error == Http2Error.CANCEL.code()) {
            return 1;
        } else if (error == Http2Error.ENHANCE_YOUR_CALM.code()) {
            return 8;
        }
        return error == Http2Error.INADEQUATE_SECURITY.code() ? 7 : 13;
    }

    /** The other way round. */
    static Http2Error reset(int status) {
        return switch (status) {
            case 1 -> Http2Error.CANCEL;
            case 8 -> Http2Error.ENHANCE_YOUR_CALM;
            default -> Http2Error.INTERNAL_ERROR;
        };
    }

    /** As a header may have it (Percent-Encoded). */
    static String message(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte octet : text.strip().getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
            }
        }
        return encoded.toString();
    }
}
