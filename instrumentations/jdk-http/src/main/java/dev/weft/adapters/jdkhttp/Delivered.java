package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.drive.Ending;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** Passes a body to the application and reports when it is over. */
record Delivered(Subscriber<? super List<ByteBuffer>> reader, Ending ending) implements Subscriber<List<ByteBuffer>> {
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
        reader.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        try {
            ending.end(End.failed(Outcome.RESET, failure));
        } finally {
            reader.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        try {
            ending.end(End.COMPLETE);
        } finally {
            reader.onComplete();
        }
    }
}
