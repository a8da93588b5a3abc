package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call in two parts: here it gets as far as a connection, which the application then uses; its
 * verdict comes with the end of the answer, as a gRPC call's does.
 */
final class Commit implements BlockingExchange<Commit> {
    private static final Head CONNECTED = new Head(0, Outcome.SUCCESS, Headers.NONE);

    private final UrlRequest request;
    private @Nullable Call call;
    private Connections.@Nullable Step use;
    private @Nullable Object used;
    private volatile @Nullable Sending sending;

    private Commit(Call call, Connections.Step use) {
        this.request = call.request();
        this.call = call;
        this.use = use;
    }

    /** @param use what the application wants of the connection */
    static @Nullable Object run(Mesh mesh, Call call, Connections.Step use) throws Throwable {
        try {
            return mesh.blocking().run(new Commit(call, use)).hand();
        } finally {
            if (call.committed() == null) {
                call.over();
            }
        }
    }

    /** The call that was begun on a connection object and whose answer has not been asked for. */
    static @Nullable Committed of(Object connection) {
        Call call = Call.of(connection);
        return call == null ? null : call.committed();
    }

    /** The second part, on the same connection whatever happens. */
    static Answer answer(Call call, Original getInputStream) throws Throwable {
        Committed begun = Objects.requireNonNull(call.committed());
        Sending sending = begun.sending();
        call.commit(null);
        begun.watch().over();
        Sending before = sending.enter();
        try {
            begun.ending().waits();
            Answer answer;
            try {
                answer = Answer.read(call.connection(), getInputStream);
            } finally {
                begun.ending().rests();
            }
            var end = new End(Outcome.ofHttp(answer.status()), answer.status(), null, answer.headers());
            InputStream body = answer.body();
            if (body == null || Connections.client(call.connection()) == null) {
                begun.ending().end(end);
            } else {
                answer.body(Exchange.watch(call.connection(), body, sending, begun.ending(), end));
            }
            return answer;
        } catch (Throwable thrown) {
            begun.ending().end(Failures.ofSending(thrown, sending, call.isGivenUp()));
            throw thrown;
        } finally {
            sending.leave(before);
        }
    }

    /** The engine may hold this until the call is over, so it must not hold what the application reads with. */
    private @Nullable Object hand() {
        Object handed = used;
        used = null;
        return handed;
    }

    private Commit use() throws Throwable {
        used = Objects.requireNonNull(use, "only until the connection is delivered")
                .run();
        return this;
    }

    private Call call() {
        return Objects.requireNonNull(call, "only until the connection is delivered");
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Commit original() throws Throwable {
        return use();
    }

    @Override
    public Commit send(Attempt attempt) throws Throwable {
        Sending own = call().prepare(attempt);
        sending = own;
        Sending before = own.enter();
        try {
            call().connect(own);
            return use();
        } finally {
            own.leave(before);
        }
    }

    @Override
    public Head head(Commit connected) {
        return CONNECTED;
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

    /** The next attempt closes the connection of the last. */
    @Override
    public void discard(Commit connected) {}

    @Override
    public Commit deliver(Commit connected, Ending ending) {
        begun(Objects.requireNonNull(sending), ending);
        return connected;
    }

    private void begun(Sending own, Ending ending) {
        var watch = Body.ABANDONED.watch(call().connection(), ending);
        call().commit(new Committed(own, ending, watch));
        call = null; // what is not over yet must not hold what may be dropped
        use = null;
    }

    @Override
    public Commit reply(Refusal refusal) throws Throwable {
        if (refusal.kind().failure()) {
            throw Failures.ofRefusal(refusal);
        }
        Sending own = call().prepare(refusal);
        use();
        begun(own, end -> {});
        return this;
    }
}
