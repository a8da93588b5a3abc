package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.FutureExchange;
import dev.weft.engine.snapshot.HeaderEdits;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call of the application's, each attempt a call of the library's own. */
final class JdkExchange<T> implements FutureExchange<Gate<T>, HttpResponse<T>> {
    /** The library's own limit. */
    private static final int MOST_HOPS = 5;

    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Mesh mesh;
    private final Sender<T> sender;
    private final HttpRequest asked;
    /** As they are where the call is made: another agent adds its place in a trace to what is asked for there alone. */
    private final HttpHeaders headers;

    private final int hops;
    private @Nullable Gate<T> last;

    /**
     * @param hops redirects to other places that led here
     */
    JdkExchange(Mesh mesh, Sender<T> sender, HttpRequest asked, int hops) {
        this.mesh = mesh;
        this.sender = sender;
        this.asked = asked;
        this.headers = asked.headers();
        this.hops = hops;
    }

    @Override
    public Request request() {
        return new JdkRequest(asked, headers);
    }

    @Override
    public CompletableFuture<HttpResponse<T>> original() {
        return sender.send(asked, sender.handler());
    }

    @Override
    public CompletableFuture<Gate<T>> send(Attempt attempt) {
        var aim = new Aim(attempt, asked.uri());
        var gate = new Gate<>(aim, last);
        try {
            var request = Rewritten.attempt(asked, headers, aim);
            gate.expect(attempt.number() == 1 ? sender.send(request, gate) : sender.sendElsewhere(request, gate));
        } catch (RuntimeException refused) { // the library found a fault with the request itself
            return CompletableFuture.failedFuture(refused);
        }
        last = gate;
        return gate.head();
    }

    @Override
    public Head head(Gate<T> answer) {
        var info = answer.info();
        return Head.http(info.statusCode(), name -> JdkRequest.first(info.headers(), name));
    }

    @Override
    public End failure(Throwable thrown) {
        return Failures.end(thrown, new JdkRequest(asked, headers).replayable());
    }

    @Override
    public void abort(Attempt attempt) {
        for (Gate<T> gate = last; gate != null; gate = gate.before()) {
            if (gate.aim().attempt() == attempt) {
                gate.abort();
            }
        }
    }

    /** A short answer is read, but not for as long as a slow peer likes. */
    @Override
    public void discard(Gate<T> answer) {
        Drained rest = answer.discard();
        rest.within(mesh.later(PATIENCE, rest::giveUp));
    }

    /** Body handlers see the head as it came. */
    @Override
    public Gate<T> with(Gate<T> answer, HeaderEdits edits) {
        answer.edit(edits);
        return answer;
    }

    @Override
    public CompletableFuture<HttpResponse<T>> deliver(Gate<T> answer, Ending ending) {
        HttpRequest onward = answer.aim().onward();
        if (onward != null && hops < MOST_HOPS) {
            discard(answer);
            ending.end(End.COMPLETE);
            return goOn(Rewritten.onward(onward, asked, answer.aim()));
        }
        answer.deliver(sender.handler(), sender.executor(), ending);
        return answer.response();
    }

    /** A redirect to another place is a call of its own there, in the mesh or not. */
    private CompletableFuture<HttpResponse<T>> goOn(HttpRequest next) {
        boolean ours = JdkRequest.routed(mesh, next.uri())
                && !SendHook.proxied(Internals.proxySelector(sender.client()), next);
        return ours
                ? mesh.future().run(new JdkExchange<>(mesh, sender, next, hops + 1))
                : sender.send(next, sender.handler());
    }

    @Override
    public CompletableFuture<HttpResponse<T>> reply(Refusal refusal) {
        Throwable failure = Failures.of(refusal);
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        try {
            var policy = ((HttpClient) sender.client()).followRedirects();
            HttpRequest next = RuleRedirect.next(refusal, asked, policy);
            if (next != null && hops < MOST_HOPS) {
                return goOn(next);
            }
            return LocalResponse.give(refusal, asked, sender.handler(), sender.executor());
        } catch (RuntimeException theirs) { // a bad location, or the application's body handler: no bug of ours
            return CompletableFuture.failedFuture(theirs);
        }
    }
}
