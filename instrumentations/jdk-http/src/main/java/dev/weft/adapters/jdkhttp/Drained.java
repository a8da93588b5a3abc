package dev.weft.adapters.jdkhttp;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads a little of a body that nobody wants, so that its connection can be used again. */
final class Drained implements Subscriber<List<ByteBuffer>> {
    private static final int LIMIT = 2048;

    private @Nullable Subscription subscription;
    private long seen;

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
        } else {
            from.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        // an answer that nobody wanted broke: its connection is gone, nothing else
    }

    @Override
    public void onComplete() {
        // the connection is back in its pool
    }
}
