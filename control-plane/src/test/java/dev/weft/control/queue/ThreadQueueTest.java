package dev.weft.control.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ThreadQueueTest {
    private final CapturedLog log = new CapturedLog();
    private final ThreadQueue queue = new ThreadQueue("test", log.log());

    @AfterEach
    void end() {
        queue.close();
    }

    /** Waits until all that was given to the queue so far has run. */
    private void drained() {
        var done = new CompletableFuture<Void>();
        queue.execute(() -> done.complete(null));
        done.join();
    }

    @Test
    void tasksOfEachThreadRunInOrderAndNeverTwoAtOnce() throws InterruptedException {
        List<List<Integer>> ran = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        var inside = new AtomicBoolean();
        var twice = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (List<Integer> own : ran) {
            var thread = new Thread(() -> IntStream.range(0, 10_000)
                    .forEach(i -> queue.execute(() -> {
                        twice.compareAndSet(false, !inside.compareAndSet(false, true));
                        own.add(i);
                        inside.set(false);
                    })));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        drained();
        List<Integer> whole = IntStream.range(0, 10_000).boxed().toList();
        ran.forEach(own -> assertEquals(whole, own));
        assertFalse(twice.get());
        assertEquals(0, queue.waiting());
    }

    @Test
    void aTaskThatFailsCostsOnlyItself() {
        queue.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        drained();
        assertTrue(log.text().contains("on purpose"), log.text());
    }

    @Test
    void tasksThatWaitForTheirTimeRunInTheOrderOfTheirTimes() throws InterruptedException {
        List<String> ran = new ArrayList<>();
        var last = new CountDownLatch(1);
        queue.execute(() -> {
            queue.after(Duration.ofMillis(40), () -> {
                ran.add("third");
                last.countDown();
            });
            queue.after(Duration.ofMillis(20), () -> ran.add("first"));
            queue.after(Duration.ofMillis(20), () -> ran.add("second"));
            queue.after(Duration.ofMillis(10), () -> ran.add("cancelled")).cancel();
        });
        last.await();
        assertEquals(List.of("first", "second", "third"), ran);
        assertEquals(0, queue.waiting());
    }

    @Test
    void aTimerOfAnotherThreadCanBeBegunAndCancelledThere() {
        var ran = new AtomicBoolean();
        var timer = queue.after(Duration.ofDays(1), () -> ran.set(true));
        drained();
        assertEquals(1, queue.waiting());
        timer.cancel();
        drained();
        assertEquals(0, queue.waiting());
        var soon = new CompletableFuture<Void>();
        queue.after(Duration.ZERO, () -> soon.complete(null));
        soon.join();
        assertFalse(ran.get());
    }

    @Test
    void itsEndRunsWhatWaitsAndNothingThatComesLater() {
        List<String> ran = new ArrayList<>();
        var go = new CountDownLatch(1);
        queue.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        queue.execute(() -> ran.add("waited"));
        queue.after(Duration.ofDays(1), () -> ran.add("timer"));
        go.countDown();
        queue.close();
        queue.execute(() -> ran.add("late"));
        assertEquals(List.of("waited"), ran);
    }
}
