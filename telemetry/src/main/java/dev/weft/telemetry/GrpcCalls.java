package dev.weft.telemetry;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Retrying;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls of gRPC, which say in trailers what became of them and in HTTP that all is well. */
public final class GrpcCalls {
    /** Of a call that is none of gRPC's. */
    public static final int NONE = -1;

    /** Of one whose status nobody tells. */
    public static final int UNTOLD = -2;

    private static final int CANCELLED = 1;
    private static final int UNKNOWN = 2;
    private static final int HIGHEST = 16;
    private static final int OK = 200;

    private GrpcCalls() {}

    static boolean is(Request request) {
        return request.method().equals("POST") && request.grpc();
    }

    static boolean is(String method, Headers headers) {
        return method.equals("POST") && Request.grpc(headers.first("content-type"));
    }

    /** HTTP status of an attempt of gRPC; 0 for no answer. A head of trailers alone, which has none, is a 200. */
    static int http(@Nullable Flight flight) {
        Head head = flight == null ? null : flight.head();
        return head == null ? 0 : head.code() == 0 ? OK : head.code();
    }

    /**
     * What gRPC makes of a call that is over.
     *
     * @param code of the call
     * @param flags bits of {@link ResponseFlag}
     */
    public static int status(Call call, @Nullable Flight delivered, int code, int flags) {
        if (!is(call.request())) {
            return NONE;
        }
        if (delivered == null) {
            return ofHttp(ResponseFlag.status(code, flags));
        }
        Head head = delivered.head();
        End end = delivered.end();
        int last = end == null ? 0 : end.code();
        if (head == null) {
            return last > 0 ? known(last) : ofHttp(ResponseFlag.status(0, flags));
        }
        if (head.code() != 0 && head.code() != OK) {
            return ofHttp(head.code());
        }
        int first = told(head.headers());
        if (first >= 0 || end == null) {
            return first;
        }
        boolean well = last == 0 && end.outcome() == Outcome.SUCCESS;
        return well ? told(end.trailers()) : status(last, end.outcome());
    }

    /** What an answer's head or trailers say of it; {@link #UNTOLD} where they don't. */
    private static int told(Headers headers) {
        String text = headers.first("grpc-status");
        if (text == null) {
            return UNTOLD;
        }
        int status = Retrying.grpcStatus(headers);
        return status == 0 && !text.equals("0") ? UNKNOWN : known(status);
    }

    /** A status that gRPC has none of is unknown, as it is to gRPC itself: labels must not be a peer's to choose. */
    private static int known(int status) {
        return status < 0 || status > HIGHEST ? UNKNOWN : status;
    }

    /**
     * The status of an answer that was HTTP's 200.
     *
     * @param said by the answer's end; 0 for success, and where none came
     */
    static int status(int said, Outcome outcome) {
        if (said != 0 || outcome == Outcome.SUCCESS) {
            return known(said);
        }
        return outcome == Outcome.CANCELLED ? CANCELLED : ofHttp(503);
    }

    /**
     * The HTTP status that an application got: of gRPC that of the answer itself, whatever its trailers say.
     *
     * @param grpc as {@link #status(Call, Flight, int, int)} has it
     * @param code of the call
     * @param flags bits of {@link ResponseFlag}
     */
    public static int http(int grpc, @Nullable Flight delivered, int code, int flags) {
        int said = grpc == NONE || delivered == null ? code : http(delivered);
        return ResponseFlag.status(said, flags);
    }

    /** Whether a server says by it that something went wrong there, and not that its caller was. */
    public static boolean wrong(int status) {
        return switch (status) {
            case UNKNOWN, 4, 13, 14, 15 -> true;
            default -> false;
        };
    }

    /** What an answer that has none is to a caller of gRPC (gRPC: {@code http-grpc-status-mapping.md}). */
    public static int ofHttp(int status) {
        return switch (status) {
            case 0 -> CANCELLED;
            case OK -> 0;
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503 -> 14;
            case 504 -> 4;
            default -> UNKNOWN;
        };
    }

    /** {@code package.Service/Method} of a path; null for one that is not like that. */
    static @Nullable String method(String path) {
        int slash = path.indexOf('/', 1);
        boolean two = path.startsWith("/") && slash > 1 && slash < path.length() - 1;
        return two && path.indexOf('/', slash + 1) < 0 && path.indexOf('?') < 0 ? path.substring(1) : null;
    }

    /**
     * OpenTelemetry's words for it.
     *
     * @param method with its service
     * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/grpc/">Semantic conventions for gRPC</a>
     */
    static void attributes(String method, int status, List<Attribute> out) {
        int slash = method.indexOf('/');
        HttpAttributes.text("rpc.system", "grpc", out);
        HttpAttributes.text("rpc.service", method.substring(0, slash), out);
        HttpAttributes.text("rpc.method", method.substring(slash + 1), out);
        if (status >= 0) {
            out.add(new Attribute.Count("rpc.grpc.status_code", status));
        }
    }
}
