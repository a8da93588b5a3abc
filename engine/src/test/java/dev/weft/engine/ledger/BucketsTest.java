package dev.weft.engine.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.SeededRandom;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Limited;
import dev.weft.engine.snapshot.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BucketsTest {
    private static final TokenBucket ONE = new TokenBucket(1, 1, 1_000_000_000);

    private static Buckets buckets(int most) {
        return new Buckets(new Limited(List.of(new Entry("caller", "")), ONE), most);
    }

    private static List<Entry> caller(int number) {
        return List.of(new Entry("caller", String.valueOf(number)));
    }

    @Test
    void eachValueHasItsOwn() {
        Buckets buckets = buckets(10);
        assertTrue(buckets.of(caller(1), true).take(0));
        assertFalse(buckets.of(caller(1), true).take(0));
        assertTrue(buckets.of(caller(2), true).take(0));
    }

    @Test
    void whoeverIsAskedForIsKeptAmongManyThatComeOnce() {
        Buckets buckets = buckets(10);
        Bucket busy = buckets.of(caller(0), true);
        for (int i = 1; i <= 10_000; i++) {
            buckets.of(caller(i), true);
            assertEquals(busy, buckets.of(caller(0), true), "after " + i);
            assertTrue(buckets.size() <= 10, () -> buckets.size() + " are kept");
        }
    }

    @Test
    void whatIsOnlyLookedAtLeavesNothing() {
        Buckets buckets = buckets(1);
        Bucket kept = buckets.of(caller(1), true);
        for (int i = 2; i < 100; i++) {
            assertEquals(1, buckets.of(caller(i), false).tokens(0));
        }
        assertEquals(kept, buckets.of(caller(1), false));
        assertEquals(1, buckets.size());
    }

    @Test
    void theBoundHoldsWhoeverComesAtOnce() throws InterruptedException {
        Buckets buckets = buckets(16);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SeededRandom random = new SeededRandom(t);
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int i = 0; i < 20_000; i++) {
                    buckets.of(caller(random.below(100)), true);
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(buckets.size() <= 16, () -> buckets.size() + " are kept");
    }
}
