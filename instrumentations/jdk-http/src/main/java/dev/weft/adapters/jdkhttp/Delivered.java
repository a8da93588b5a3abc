package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Ending;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Passes a body to the application and reports when it is over. */
final class Delivered implements Subscriber<List<ByteBuffer>>, Subscription {
    private static final AtomicIntegerFieldUpdater<Delivered> OVER =
            AtomicIntegerFieldUpdater.newUpdater(Delivered.class, "over");

    /** Asked for at once; some hundred million such requests are not too many to count. */
    private static final long MOST = 1L << 36;

    private final Subscriber<? super List<ByteBuffer>> reader;
    private final Ending ending;
    /** What the reader has asked for and not got, where it counts how long it waits; null where it doesn't. */
    private final @Nullable AtomicLong wanted;

    /** What comes after the end, from a library that has not noticed yet, is not passed on. */
    private volatile int over;

    private volatile @Nullable Subscription subscription;

    Delivered(Subscriber<? super List<ByteBuffer>> reader, Ending ending) {
        this.reader = reader;
        this.ending = ending;
        this.wanted = ending.heedsBytes() ? new AtomicLong() : null;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        reader.onSubscribe(this);
    }

    @Override
    public void request(long items) {
        AtomicLong counted = wanted;
        if (counted != null && items > 0 && counted.getAndAdd(Math.min(items, MOST)) == 0) {
            ending.waits();
        }
        Objects.requireNonNull(subscription).request(items);
    }

    @Override
    public void cancel() {
        Objects.requireNonNull(subscription).cancel();
        ending.end(End.COMPLETE);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        if (over != 0) {
            return;
        }
        AtomicLong counted = wanted;
        if (counted != null) {
            if (counted.decrementAndGet() == 0) {
                ending.rests();
            }
            if (counted.get() > 0) { // also where it was asked for meanwhile
                ending.waits();
            }
        }
        reader.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        if (OVER.getAndSet(this, 1) != 0) {
            return;
        }
        try {
            ending.end(End.failed(Outcome.RESET, failure));
        } finally {
            reader.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (OVER.getAndSet(this, 1) != 0) {
            return;
        }
        try {
            ending.end(End.COMPLETE);
        } finally {
            reader.onComplete();
        }
    }
}
