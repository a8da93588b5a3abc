package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is said of a running application when the agent comes. */
class FirstLookTest {
    private static final String HERE = FirstLookTest.class.getName();

    private final CountDownLatch arrived = new CountDownLatch(2);
    private final CountDownLatch end = new CountDownLatch(1);

    private final class Nested {
        void waitInside() {
            arrived.countDown();
            try {
                end.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static FirstLook look() {
        return new FirstLook(Thread.getAllStackTraces(), Set.of());
    }

    private static FirstLook withoutThreads() {
        return new FirstLook(Map.of(), Set.of("org.lib.Loaded"));
    }

    @Test
    void threadsAreCountedOnceByWhatTheyRun() throws Exception {
        Nested nested = new Nested();
        List<Thread> threads = List.of(new Thread(nested::waitInside), new Thread(nested::waitInside));
        threads.forEach(Thread::start);
        arrived.await();
        FirstLook look = look();
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
            assertTrue(look.threads().contains(thread));
        }
        String other = HERE + "$Nest"; // begins like it and is another class
        for (int loader = 0; loader < 2; loader++) {
            look.threads("by class", "call", "calls", HERE + "$Nested");
            look.threads("by what it is nested in, and more", "call", "calls", HERE + "$Nested", "java.lang.Thread");
            look.threads("by method", "call", "calls", HERE + "$Nested#waitInside");
            look.threads("by another class", "call", "calls", other);
            look.threads("by another method", "call", "calls", HERE + "$Nested#wait");
        }
        List<String> lines = look.lines();
        assertEquals("by class: 2 calls", lines.get(0));
        assertEquals("by method: 2 calls", lines.get(1));
        assertEquals(3, lines.stream().filter(line -> line.startsWith("by ")).count(), lines::toString);
        assertTrue(look.running(HERE), "this test runs in it");
    }

    @Test
    void whatIsCountedIsSummedUpAndNothingIsNoLine() {
        FirstLook look = withoutThreads();
        look.count("lib", 0, "connection", "connections");
        assertEquals(List.of(), look.lines());
        look.count("lib", 1, "connection", "connections");
        assertEquals(List.of("lib: 1 connection"), look.lines());
        look.count("lib", 2, "connection", "connections");
        look.count("lib", 1, "socket", "sockets");
        look.say("one of a kind");
        look.say("one of a kind");
        assertEquals(List.of("lib: 1 socket", "lib: 3 connections", "one of a kind"), look.lines());
        assertTrue(look.loaded("org.lib.Loaded"));
    }

    @Test
    void virtualThreadsAreNotSeenWhichIsSaidWhereThereHaveBeenAny() throws Exception {
        boolean hasAny = Runtime.version().feature() >= 21;
        Nested nested = new Nested();
        if (hasAny) {
            for (int i = 0; i < 2; i++) {
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable)
                        nested::waitInside);
            }
            arrived.await();
        }
        FirstLook look = look();
        end.countDown();
        look.threads("lib", "call", "calls", HERE + "$Nested");
        assertEquals(
                hasAny ? List.of("perhaps, and not to be seen: calls on virtual threads (Java)") : List.of(),
                look.lines());
    }

    @Test
    void whatCantBeSeenIsSaidInOneLine() {
        FirstLook look = withoutThreads();
        look.unseen("one", "idle connections");
        look.unseen("two", "idle connections");
        look.unseen("two", "answers that nobody reads");
        look.unseen("one", "idle connections");
        assertEquals(
                List.of("perhaps, and not to be seen: answers that nobody reads (two); idle connections (one, two)"),
                look.lines());
    }
}
