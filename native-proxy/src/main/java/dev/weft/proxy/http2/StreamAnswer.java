package dev.weft.proxy.http2;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.MessageHead;
import dev.weft.proxy.http1.ResponseHead;
import dev.weft.proxy.http1.Trailers;
import dev.weft.proxy.http1.Worker;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** What an endpoint says on a stream beside the body: the head and the lines behind it, as policies look at them. */
final class StreamAnswer implements Headers {
    /** Interim answers that are handed on; nothing holds back what comes before an answer. */
    /** An answer of gRPC that says of itself that all is well. */
    private static final End OK = End.complete(name -> name.equals(Grpc.STATUS) ? "0" : null);

    private static final int MOST_INTERIM = 16;

    private static final String WRONG_LENGTH = "its body is not as long as it says";

    private final Worker worker;
    private final HeadLimits limits;
    final ResponseHead head;
    private @Nullable Trailers trailers;
    private @Nullable Head seen;
    private int interim;
    private boolean ended;
    /** Of a request for the head alone. */
    private boolean headOnly;

    private long octets;

    StreamAnswer(Worker worker, HeadLimits limits) {
        this.worker = worker;
        this.limits = limits;
        this.head = new ResponseHead(limits, worker);
    }

    void begin(boolean headRequest) {
        headOnly = headRequest;
    }

    /**
     * Reads a head.
     *
     * @return what is wrong with it; null for nothing
     */
    @Nullable
    String head(Http2Headers fields, boolean last, HeadText heads) {
        head.clear();
        if (heads.answer(fields, head) != MessageHead.DONE || head.interim() && last) {
            return "its answer can't be understood";
        }
        if (head.interim()) {
            return ++interim > MOST_INTERIM ? "interim answers without end" : null;
        }
        return last ? end() : null;
    }

    /** Whether there can't be a body (RFC 9110, section 6.4.1). */
    boolean bodyless() {
        return headOnly || head.status() == 204 || head.status() == 304;
    }

    /** Counts a part of the body, with the same result: over HTTP/1.1 what is too much would be another answer. */
    @Nullable
    String data(int more, boolean last) {
        octets += more;
        if (octets > 0 && bodyless() || head.contentLength() >= 0 && octets > head.contentLength()) {
            return WRONG_LENGTH;
        }
        return last ? end() : null;
    }

    /** Also for Netty what ends without a byte might be the answer to a HEAD. */
    private @Nullable String end() {
        ended = true;
        return !bodyless() && head.contentLength() > octets ? WRONG_LENGTH : null;
    }

    /** Reads what comes behind the body, with the same result. */
    @Nullable
    String trailers(Http2Headers fields, boolean last, HeadText heads) {
        Trailers lines = new Trailers(limits, worker);
        trailers = lines;
        boolean good = last && heads.trailers(fields, lines) == MessageHead.DONE;
        return good ? end() : "its trailers can't be understood";
    }

    @Nullable
    Trailers trailers() {
        return trailers;
    }

    /** Whether the endpoint has sent all of it. */
    boolean ended() {
        return ended;
    }

    Head seen() {
        Head before = seen;
        if (before == null) {
            int status = ended ? status() : 0;
            before = status <= 0
                    ? Head.http(head.status(), this)
                    : new Head(0, Grpc.outcome(status), withStatus(status)); // an answer of trailers alone
            seen = before;
        }
        return before;
    }

    /** Its headers, with the status wherever it stands. */
    private Headers withStatus(int status) {
        return name -> name.equals(Grpc.STATUS) ? Integer.toString(status) : first(name);
    }

    /** What gRPC says at the end of the call; negative where it says nothing, and for what isn't gRPC's. */
    private int status() {
        if (!head.grpc()) {
            return -1;
        }
        String text = trailers == null ? first(Grpc.STATUS) : trailers.first(Grpc.STATUS, worker);
        return Grpc.status(text);
    }

    /** How it came to its end, which was there. */
    End verdict() {
        int status = status();
        if (status > 0) {
            return new End(Grpc.outcome(status), status, null);
        }
        return status == 0 ? OK : End.COMPLETE;
    }

    @Override
    public @Nullable String first(String name) {
        return head.first(name, worker);
    }

    /** Nobody looks at it any more. */
    void release() {
        head.release();
        if (trailers != null) {
            trailers.release();
        }
    }
}
