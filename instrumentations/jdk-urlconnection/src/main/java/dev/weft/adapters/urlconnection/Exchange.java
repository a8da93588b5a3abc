package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Original;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call from its request to the head of its answer, in the library's {@code getInputStream}. */
final class Exchange implements BlockingExchange<Answer> {
    private final UrlRequest request;
    private @Nullable Call call;
    private @Nullable Original original;
    private volatile @Nullable Sending sending;

    Exchange(Call call, Original original) {
        this.request = call.request();
        this.call = call;
        this.original = original;
    }

    private Call call() {
        return Objects.requireNonNull(call, "only until the answer is delivered");
    }

    private Original getInputStream() {
        return Objects.requireNonNull(original, "only until the answer is delivered");
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Answer original() throws Throwable {
        return Answer.read(call().connection(), getInputStream());
    }

    @Override
    public Answer send(Attempt attempt) throws Throwable {
        Sending own = call().prepare(attempt);
        sending = own;
        return read(own, true);
    }

    private Answer read(Sending own, boolean connect) throws Throwable {
        Sending before = own.enter();
        try {
            if (connect) {
                call().connect(own);
            }
            return Answer.read(call().connection(), getInputStream());
        } finally {
            own.leave(before);
        }
    }

    @Override
    public Head head(Answer answer) {
        return answer.head();
    }

    @Override
    public End failure(Throwable thrown) {
        return Failures.ofSending(thrown, sending, call().isGivenUp());
    }

    @Override
    public void abort(Attempt attempt) {
        Sending open = sending;
        if (open != null && open.attempt() == attempt) {
            open.stop();
        }
    }

    /** The library takes what has arrived of a short rest, and never waits for it. */
    @Override
    public void discard(Answer answer) {
        InputStream body = answer.body();
        try {
            if (body != null) {
                body.close();
            }
        } catch (IOException broken) {
            return; // it is closed all the same
        }
    }

    @Override
    public Answer deliver(Answer answer, Ending ending) {
        HttpURLConnection connection = call().connection();
        InputStream body = answer.body();
        if (body == null || Connections.client(connection) == null) {
            ending.end(End.COMPLETE); // nothing more to read
        } else {
            End complete = ending.heedsTrailers() ? End.complete(answer.headers()) : End.COMPLETE;
            answer.body(watch(connection, body, Objects.requireNonNull(sending), ending, complete));
        }
        call = null; // what is not over yet must not hold what may be dropped
        original = null;
        return answer;
    }

    /** The library has two places where it keeps what an application may read. */
    static InputStream watch(
            HttpURLConnection connection, InputStream body, Sending sending, Ending ending, End complete) {
        InputStream buffered = Connections.error(connection);
        var watched = new Body(buffered == null ? body : buffered, sending, ending, complete);
        if (buffered == null) {
            Connections.input(connection, watched);
        } else {
            Connections.error(connection, watched);
        }
        return watched;
    }

    @Override
    public Answer reply(Refusal refusal) throws Throwable {
        if (refusal.kind().failure()) {
            throw Failures.ofRefusal(refusal);
        }
        return read(call().prepare(refusal), false);
    }
}
