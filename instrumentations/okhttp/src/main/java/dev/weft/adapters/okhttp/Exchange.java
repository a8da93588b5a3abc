package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.ConnectLimit;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/** One hop of a call of OkHttp in the mesh. */
final class Exchange implements BlockingExchange<Response> {
    private final Interceptor.Chain chain;
    private final OkRequest request;
    private final Aims aims;
    private final Object self;
    private final @Nullable Object[] args;
    private final Original original;
    private final Hop hop;
    private volatile @Nullable Sending sending;
    private boolean delivered;
    private boolean doubtful = true;

    /**
     * @param self whose connecting it is
     * @param args the chain, as the library handed it over
     * @param original the library's own connecting and everything below it
     */
    Exchange(
            Interceptor.Chain chain,
            Aims aims,
            Rewind rewind,
            Object self,
            @Nullable Object[] args,
            Original original) {
        this.chain = chain;
        this.request = new OkRequest(chain);
        this.aims = aims;
        this.self = self;
        this.args = args;
        this.original = original;
        this.hop = new Hop(rewind, rewind.state(chain), chain.call());
    }

    void enter() {
        hop.enter();
    }

    void leave() {
        Sending last = sending;
        if (last != null && !delivered) {
            last.retire();
            hop.clear();
        }
        hop.leave(doubtful ? request.url() : null);
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Response original() throws Throwable {
        return onward(chain);
    }

    /** What it is called with each time is the library's own array, where the chain is the library's own. */
    private Response onward(Interceptor.Chain with) throws Throwable {
        Object answer = with == chain ? original.call(self, args) : original.call(self, with);
        return (Response) Objects.requireNonNull(answer);
    }

    @Override
    public Response send(Attempt attempt) throws Throwable {
        Sending before = sending;
        if (before != null) {
            before.retire();
            hop.clear();
        }
        Throwable given = givenUp();
        if (given != null) {
            throw given;
        }
        var own = new Sending(attempt, aims.of(attempt, request.secure()), hop);
        sending = own;
        Interceptor.Chain limited = limited(attempt);
        own.enter();
        try {
            hop.prepare(limited, before == null ? null : before.exchange());
            own.checkAimed();
            Response answer = onward(limited);
            own.arrived();
            return answer;
        } finally {
            request.written(own.written());
            own.leave();
        }
    }

    /** The shorter of the cluster's limit for connecting and the application's, where 0 is none. */
    private Interceptor.Chain limited(Attempt attempt) {
        int own = chain.connectTimeoutMillis();
        int limit = ConnectLimit.millis(attempt, own);
        return limit == own ? chain : chain.withConnectTimeout(limit, TimeUnit.MILLISECONDS);
    }

    @Override
    public Head head(Response answer) {
        return Head.http(answer.code(), answer::header);
    }

    @Override
    public End failure(Throwable thrown) {
        return Failures.ofSending(thrown, sending, request.replayable());
    }

    @Override
    public void abort(Attempt attempt) {
        Sending open = sending;
        if (open != null && open.attempt() == attempt) {
            open.abort();
        }
    }

    /**
     * The library itself reads on for a tenth of a second, to keep the connection if it can. It may then be another
     * call's, so nobody stops this attempt any more.
     */
    @Override
    public void discard(Response answer) {
        Sending own = Objects.requireNonNull(sending);
        own.retire();
        try {
            answer.close();
        } catch (RuntimeException broken) {
            own.close();
        }
    }

    @Override
    public Response with(Response answer, HeaderEdits edits) {
        var edited = answer.newBuilder();
        Edits.apply(edits, new AnswerHeaders(edited));
        return edited.build();
    }

    @Override
    public Response deliver(Response answer, Ending ending) {
        ResponseBody body = answer.body();
        boolean over = body == null || body.contentLength() == 0;
        Sending own = Objects.requireNonNull(sending);
        var whole = answer.newBuilder();
        if (own.aim().secured()) {
            // The application asked in plaintext; the mesh's certificate is none of its business.
            whole.handshake(null);
        }
        if (body != null && !over) {
            whole.body(new EndingBody(answer, body, ending, own));
        }
        delivered = true;
        doubtful = FollowUpHook.mayBeAskedAgain(answer);
        if (over) {
            ending.end(End.COMPLETE);
        }
        return whole.build();
    }

    @Override
    public Response reply(Refusal refusal) throws IOException {
        if (refusal.kind().failure()) {
            throw Failures.ofRefusal(refusal);
        }
        return LocalAnswer.of(refusal, chain.request());
    }

    @Override
    public @Nullable Throwable givenUp() {
        return hop.cancelled() ? new IOException("Canceled") : null;
    }
}
