package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Leftovers;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** One call of HttpClient in the mesh, whichever way it goes on into the library. */
final class Exchange implements BlockingExchange<ClassicHttpResponse> {
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Mesh mesh;
    private final HopRequest request;
    private final Way way;
    /**
     * Not volatile, because the fence costs more than the rest of an attempt's state: the timer's thread, which stops
     * attempts, asks again if it sees none, and needs of it only what is final.
     */
    private @Nullable Sending sending;

    Exchange(Mesh mesh, HopRequest request, Way way) {
        this.mesh = mesh;
        this.request = request;
        this.way = way;
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public ClassicHttpResponse original() throws Throwable {
        return way.original();
    }

    @Override
    public ClassicHttpResponse send(Attempt attempt) throws Throwable {
        Sending own = way.prepare(attempt);
        sending = own;
        return way.send(own);
    }

    @Override
    public Head head(ClassicHttpResponse answer) {
        return Head.http(answer.getCode(), name -> {
            Header first = answer.getFirstHeader(name);
            return first == null ? null : first.getValue();
        });
    }

    @Override
    public End failure(Throwable thrown) {
        return Failures.ofSending(thrown, sending);
    }

    @Override
    public void abort(Attempt attempt) {
        Sending open = sending;
        if (open != null && open.attempt() == attempt) {
            open.stop().stop();
        }
    }

    /** A short answer is read, but a slow peer must not hold up the next attempt. */
    @Override
    public void discard(ClassicHttpResponse answer) {
        Sending open = sending;
        if (open == null) {
            return;
        }
        Timer.Pending patience = mesh.later(PATIENCE, open.stop()::stop);
        boolean drained = drained(answer.getEntity());
        patience.cancel();
        if (!drained) {
            // Closing the answer would first read all of it; stopping the attempt closes the connection.
            open.stop().stop();
        }
    }

    private static boolean drained(@Nullable HttpEntity body) {
        try {
            return body == null || !body.isStreaming() || Leftovers.drained(body.getContent(), body.getContentLength());
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public ClassicHttpResponse with(ClassicHttpResponse answer, HeaderEdits edits) {
        Edits.apply(edits, new MessageHeaders(answer));
        return answer;
    }

    @Override
    public ClassicHttpResponse deliver(ClassicHttpResponse answer, Ending ending) {
        HttpEntity body = answer.getEntity();
        Sending open = sending;
        if (body == null || !body.isStreaming()) {
            ending.end(End.COMPLETE);
            return answer;
        }
        if (open != null) {
            open.stop().delivered(ending);
        }
        answer.setEntity(new EndingEntity(body, ending, open));
        return answer;
    }

    @Override
    public ClassicHttpResponse reply(Refusal refusal) throws Throwable {
        if (refusal.kind().failure()) {
            throw Failures.ofRefusal(refusal, request.target());
        }
        return way.local(LocalAnswer.of(refusal, request.method()));
    }
}
