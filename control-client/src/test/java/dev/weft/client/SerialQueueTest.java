package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The thread that owns the client's state. */
final class SerialQueueTest {
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Test
    void aTaskThatFailsInWhateverWayCostsOnlyItself() throws InterruptedException {
        var queue = new SerialQueue(System::nanoTime, new SerialQueue.Turn() {
            @Override
            public long turn(long now) {
                return Long.MAX_VALUE;
            }

            @Override
            public void failed(Throwable failure) {
                failures.add(failure);
            }
        });
        var thrown = List.<Throwable>of(
                new IllegalStateException("a bug"),
                new NoClassDefFoundError("a class that has gone"),
                new OutOfMemoryError("what the application has taken"),
                new StackOverflowError());
        var last = new CountDownLatch(1);
        queue.start(() -> {});
        for (Throwable one : thrown) {
            queue.execute(() -> {
                if (one instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) one;
            });
        }
        queue.execute(last::countDown);
        assertTrue(last.await(20, TimeUnit.SECONDS));
        assertEquals(thrown, failures);
        queue.end(20_000);
    }
}
