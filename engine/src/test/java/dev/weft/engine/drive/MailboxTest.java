package dev.weft.engine.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final int SENDERS = 4;
    private static final int EVENTS = 20_000;

    @Test
    void whatAnEventPostsComesAfterItAndInOrder() {
        var mailbox = new Mailbox();
        List<String> seen = new ArrayList<>();
        mailbox.post(
                () -> {
                    mailbox.post(() -> seen.add("second"), Runnable::run);
                    mailbox.post(() -> seen.add("third"), Runnable::run);
                    seen.add("first");
                },
                Runnable::run);
        mailbox.post(() -> seen.add("fourth"), Runnable::run);
        assertEquals(List.of("first", "second", "third", "fourth"), seen);
    }

    @Test
    void eventsOfManyThreadsAreWorkedOffOneAtATimeEachOnceAndInTheOrderOfTheirThread() throws Exception {
        var mailbox = new Mailbox();
        int[] next = new int[SENDERS]; // not guarded: the mailbox is
        var atWork = new AtomicInteger();
        var disorder = new AtomicInteger();
        var start = new CountDownLatch(1);
        Mailbox.Worker worker = event -> {
            if (atWork.getAndIncrement() != 0) {
                disorder.incrementAndGet();
            }
            event.run();
            atWork.decrementAndGet();
        };
        List<Thread> senders = new ArrayList<>();
        for (int s = 0; s < SENDERS; s++) {
            int sender = s;
            var thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException stopped) {
                    return;
                }
                for (int i = 0; i < EVENTS; i++) {
                    int number = i;
                    mailbox.post(
                            () -> {
                                if (next[sender]++ != number) {
                                    disorder.incrementAndGet();
                                }
                            },
                            worker);
                }
            });
            thread.start();
            senders.add(thread);
        }
        start.countDown();
        for (Thread sender : senders) {
            sender.join();
        }
        assertEquals(0, disorder.get());
        for (int count : next) {
            assertEquals(EVENTS, count);
        }
    }
}
