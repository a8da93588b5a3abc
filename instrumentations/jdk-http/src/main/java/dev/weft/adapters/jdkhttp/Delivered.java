package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Ending;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes a body to the application and reports when it is over. */
final class Delivered implements Subscriber<List<ByteBuffer>> {
    private final Subscriber<? super List<ByteBuffer>> reader;
    private final Ending ending;
    /** What comes after the end, from a library that has not noticed yet, is not passed on. */
    private final AtomicBoolean over = new AtomicBoolean();

    Delivered(Subscriber<? super List<ByteBuffer>> reader, Ending ending) {
        this.reader = reader;
        this.ending = ending;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        reader.onSubscribe(new Subscription() {
            @Override
            public void request(long items) {
                subscription.request(items);
            }

            @Override
            public void cancel() {
                subscription.cancel();
                ending.end(End.COMPLETE);
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        if (!over.get()) {
            reader.onNext(item);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (over.getAndSet(true)) {
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
        if (over.getAndSet(true)) {
            return;
        }
        try {
            ending.end(End.COMPLETE);
        } finally {
            reader.onComplete();
        }
    }
}
