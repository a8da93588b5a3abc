package dev.weft.adapters.jdkhttp;

import dev.weft.engine.drive.Timer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads a little of a body that nobody wants, so that its connection can be used again. */
final class Drained implements Subscriber<List<ByteBuffer>> {
    private static final int LIMIT = 2048;

    private volatile @Nullable Subscription subscription;
    private volatile Timer.@Nullable Pending patience;
    private volatile boolean over;
    private long seen;

    /** Until then it is waited for. */
    void within(Timer.Pending limit) {
        patience = limit;
        if (over) {
            limit.cancel();
        }
    }

    /** What has not come by now is not worth a connection. */
    void giveUp() {
        if (!over) {
            Objects.requireNonNull(subscription).cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        to.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        for (ByteBuffer buffer : item) {
            seen += buffer.remaining();
        }
        var from = Objects.requireNonNull(subscription);
        if (seen > LIMIT) {
            from.cancel();
            over();
        } else {
            from.request(1);
        }
    }

    /** An answer that nobody wanted broke: its connection is gone, nothing else. */
    @Override
    public void onError(Throwable failure) {
        over();
    }

    /** The connection is back in its pool. */
    @Override
    public void onComplete() {
        over();
    }

    private void over() {
        over = true;
        Timer.Pending limit = patience;
        if (limit != null) {
            limit.cancel();
        }
    }
}
