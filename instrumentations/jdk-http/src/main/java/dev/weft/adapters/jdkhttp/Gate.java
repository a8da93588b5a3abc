package dev.weft.adapters.jdkhttp;

import dev.weft.engine.drive.Ending;
import dev.weft.engine.snapshot.HeaderEdits;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of which only the head is there. Stands where the application's body handler would, and
 * asks for nothing until it is known whether the application gets this answer at all; so the
 * application's handler is called once for each call, and never for an answer that is dropped.
 */
final class Gate<T> implements BodyHandler<T>, BodySubscriber<T>, BiConsumer<@Nullable Object, @Nullable Throwable> {
    private final Aim aim;
    private final @Nullable Gate<T> before;
    private final CompletableFuture<Gate<T>> head = new CompletableFuture<>();
    private final CompletableFuture<@Nullable T> body = new CompletableFuture<>();
    private @Nullable CompletableFuture<HttpResponse<T>> response;
    private volatile @Nullable ResponseInfo info;
    private volatile @Nullable Subscription subscription;
    private volatile @Nullable Subscriber<List<ByteBuffer>> reader;

    /** An end that comes before the reader has taken its subscription waits for it. Guarded by this. */
    private boolean open;

    private boolean ended;
    private @Nullable Throwable broken;

    /**
     * @param aim of the attempt whose answer it is
     * @param before the one of the attempt before
     */
    Gate(Aim aim, @Nullable Gate<T> before) {
        this.aim = aim;
        this.before = before;
    }

    Aim aim() {
        return aim;
    }

    @Nullable
    Gate<T> before() {
        return before;
    }

    /** The attempt has begun, and this is what will come of it. */
    @SuppressWarnings("FutureReturnValueIgnored") // a failure goes to the head, and is read there
    void expect(CompletableFuture<HttpResponse<T>> coming) {
        response = coming;
        coming.whenComplete(this);
    }

    CompletableFuture<HttpResponse<T>> response() {
        return Objects.requireNonNull(response);
    }

    /** The application sees other headers than came. */
    void edit(HeaderEdits edits) {
        response = response().thenApply(whole -> Edited.of(whole, edits));
    }

    @Override
    public void accept(@Nullable Object answer, @Nullable Throwable failure) {
        if (failure != null) {
            head.completeExceptionally(Failures.cause(failure, aim));
        }
    }

    /** Completes when the head is there, or fails as the attempt did. */
    CompletableFuture<Gate<T>> head() {
        return head;
    }

    ResponseInfo info() {
        return Objects.requireNonNull(info);
    }

    /** Opens for the application. */
    void deliver(BodyHandler<T> handler, Executor executor, Ending ending) {
        BodySubscriber<T> users;
        CompletionStage<T> result;
        try {
            users = handler.apply(info());
            open(new Delivered(users, ending));
            result = Internals.body(executor, users);
        } catch (Throwable theirs) { // the application's own code: the library would fail the call with it
            Objects.requireNonNull(subscription).cancel();
            ending.end(dev.weft.engine.call.End.COMPLETE);
            body.completeExceptionally(theirs);
            return;
        }
        result.whenComplete((value, failure) -> {
            if (failure == null) {
                body.complete(value);
            } else {
                body.completeExceptionally(failure);
            }
        });
    }

    /** Drops the answer; what reads the rest of it. */
    Drained discard() {
        var rest = new Drained();
        open(rest);
        body.complete(null);
        return rest;
    }

    /** Breaks off what the application is reading; as long as it reads nothing, the attempt. */
    void abort() {
        Subscriber<List<ByteBuffer>> to = reader;
        Subscription from = subscription;
        if (to == null || from == null) {
            response().cancel(true);
            return;
        }
        from.cancel();
        to.onError(new HttpTimeoutException("the time limit of the call passed while its answer was read"));
    }

    private void open(Subscriber<List<ByteBuffer>> to) {
        reader = to;
        to.onSubscribe(Objects.requireNonNull(subscription));
        synchronized (this) {
            open = true;
            if (!ended) {
                return;
            }
        }
        end(to);
    }

    private void end(Subscriber<List<ByteBuffer>> to) {
        Throwable failure = broken;
        if (failure == null) {
            to.onComplete();
        } else {
            to.onError(failure);
        }
    }

    private void ended(@Nullable Throwable failure) {
        synchronized (this) {
            ended = true;
            broken = failure;
            if (!open) {
                return;
            }
        }
        end(Objects.requireNonNull(reader));
    }

    @Override
    public BodySubscriber<T> apply(ResponseInfo answer) {
        info = answer;
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // the body of a dropped answer is null, and nobody sees it
    public CompletionStage<T> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        head.complete(this);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        Objects.requireNonNull(reader).onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        ended(failure);
    }

    @Override
    public void onComplete() {
        ended(null);
    }
}
