package dev.weft.telemetry.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatcherTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);

    private final List<Thread> workers = new ArrayList<>();
    private final ThreadFactory threads = task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        workers.add(thread);
        return thread;
    };
    private final BlockingQueue<List<Integer>> batches = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();

    private List<Integer> batch() throws InterruptedException {
        List<Integer> batch = batches.poll(90, TimeUnit.SECONDS);
        return batch == null ? List.of(-1) : batch;
    }

    @Test
    void aFullBatchIsHandedOnAtOnce() throws InterruptedException {
        Batcher<Integer> batcher = new Batcher<>(100, 3, LONG, threads, batches::add, bugs::add);
        for (int i = 0; i < 3; i++) {
            assertTrue(batcher.offer(i));
        }
        assertEquals(List.of(0, 1, 2), batch());
        batcher.close(LONG);
    }

    @Test
    void whatIsAloneIsHandedOnAfterItsTime() throws InterruptedException {
        Batcher<Integer> batcher = new Batcher<>(100, 3, 1_000_000, threads, batches::add, bugs::add);
        batcher.offer(7);
        assertEquals(List.of(7), batch());
        batcher.offer(8);
        assertEquals(List.of(8), batch());
        batcher.close(LONG);
    }

    @Test
    void thereIsNoThreadBeforeTheFirstItemAndNoneAfterTheEnd() throws InterruptedException {
        Batcher<Integer> batcher = new Batcher<>(100, 3, LONG, threads, batches::add, bugs::add);
        assertEquals(0, workers.size());
        batcher.offer(1);
        assertEquals(1, workers.size());
        batcher.close(LONG);
        assertFalse(workers.get(0).isAlive());
        assertEquals(List.of(1), batch(), "what waited was handed on");
        assertFalse(batcher.offer(2));
        assertEquals(1, batcher.dropped());
    }

    @Test
    void closedBeforeItWasUsedItNeverBegins() {
        Batcher<Integer> batcher = new Batcher<>(100, 3, LONG, threads, batches::add, bugs::add);
        batcher.close(LONG);
        assertFalse(batcher.offer(1));
        assertEquals(0, workers.size());
    }

    @Test
    void whileTheSinkIsStuckOffersReturnAndWhatFindsNoRoomIsCounted() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        Batcher<Integer> batcher = new Batcher<>(
                4,
                2,
                0,
                threads,
                items -> {
                    inside.countDown();
                    await(stuck);
                    batches.add(items);
                },
                bugs::add);
        batcher.offer(0);
        assertTrue(inside.await(90, TimeUnit.SECONDS));
        int taken = 0;
        for (int i = 1; i <= 10; i++) {
            taken += batcher.offer(i) ? 1 : 0;
        }
        assertEquals(4, taken);
        assertEquals(6, batcher.dropped());
        stuck.countDown();
        batcher.close(LONG);
        assertEquals(5, batches.stream().mapToInt(List::size).sum());
    }

    @ParameterizedTest
    @MethodSource
    void aSinkThatThrowsIsReportedAndTheWorkerGoesOn(Runnable failing) throws InterruptedException {
        AtomicInteger turns = new AtomicInteger();
        Batcher<Integer> batcher = new Batcher<>(
                100,
                1,
                0,
                threads,
                items -> {
                    if (turns.getAndIncrement() == 0) {
                        failing.run();
                    }
                    batches.add(items);
                },
                bugs::add);
        batcher.offer(1);
        Throwable bug = bugs.poll(90, TimeUnit.SECONDS);
        assertEquals("bug", bug == null ? "" : bug.getMessage());
        batcher.offer(2);
        assertEquals(List.of(2), batch());
        batcher.close(LONG);
    }

    static List<Runnable> aSinkThatThrowsIsReportedAndTheWorkerGoesOn() {
        return List.of(
                () -> {
                    throw new IllegalStateException("bug");
                },
                () -> {
                    throw new InternalError("bug");
                });
    }

    @Test
    void whereNoThreadCanBeHadTheNextItemTriesAgain() throws InterruptedException {
        AtomicInteger turns = new AtomicInteger();
        ThreadFactory full = task -> turns.getAndIncrement() == 0
                ? new Thread() {
                    @Override
                    public synchronized void start() {
                        throw new InternalError("unable to create native thread");
                    }
                }
                : threads.newThread(task);
        Batcher<Integer> batcher = new Batcher<>(100, 2, LONG, full, batches::add, bugs::add);
        assertTrue(batcher.offer(1));
        assertEquals(1, bugs.size());
        assertTrue(batcher.offer(2));
        assertEquals(List.of(1, 2), batch());
        batcher.close(LONG);
    }

    @Test
    void everyItemIsHandedOnOnceOrCounted() throws InterruptedException {
        AtomicInteger seen = new AtomicInteger();
        Batcher<Integer> batcher =
                new Batcher<>(512, 64, 100_000, threads, items -> seen.addAndGet(items.size()), bugs::add);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> offering = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    taken.addAndGet(batcher.offer(i) ? 1 : 0);
                }
            });
            offering.add(thread);
            thread.start();
        }
        for (Thread thread : offering) {
            thread.join();
        }
        batcher.close(LONG);
        assertEquals(taken.get(), seen.get());
        assertEquals(200_000 - taken.get(), batcher.dropped());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
