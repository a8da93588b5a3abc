package sample;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Many calls from many threads. An answer other than 200 is a failure. */
final class Load {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private volatile boolean stopped;

    /** @param limit how many calls in all; the rest stop at {@link #stop} */
    Load(Client client, Client.Question question, int threadCount, int limit) {
        for (int i = 0; i < threadCount; i++) {
            Thread thread = new Thread(null, () -> run(client, question, limit), "load-" + i, 256 << 10);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void run(Client client, Client.Question question, int limit) {
        while (!stopped && begun.incrementAndGet() <= limit) {
            try {
                Client.Answer answer = client.send(question);
                if (answer.status() != 200) {
                    fail(answer.status() + " " + answer.body());
                }
            } catch (Exception e) {
                fail(Caller.causes(e));
            }
            answered.incrementAndGet();
        }
    }

    private void fail(String what) {
        failed.incrementAndGet();
        firstFailure.compareAndSet(null, what);
    }

    int answered() {
        return answered.get();
    }

    void stop() {
        stopped = true;
    }

    /** Waits for the last answer, then tells the numbers. */
    String end() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        return "loaded\t" + answered + "\t" + failed + "\t" + firstFailure.get();
    }
}
