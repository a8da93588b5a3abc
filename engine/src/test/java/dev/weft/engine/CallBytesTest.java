package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.trace.Ambient;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a call that goes well leaves to be collected, by decision 032; a library that makes nothing. */
class CallBytesTest {
    private static final int CALLS = 5_000;

    /** The call 80, its attempt 56, the driver's half 40. */
    private static final int BYTES = 176;

    /** The span 24, its text 96. */
    private static final int TRACED_BYTES = BYTES + 120;

    /** Objects are multiples of it: what the JVM makes now and then comes to less for each call. */
    private static final int GRAIN = 8;

    private static double bytes(boolean traced) throws Throwable {
        Engine engine = new Engine(new SeededRandom(1), new Ambient(() -> !traced), call -> {}, bug -> {
            throw new AssertionError(bug);
        });
        engine.publish(Rules.snapshot(Rules.to("a", Rules.usualRetry()), Rules.cluster("a", 3)));
        Mesh mesh = new Mesh(
                engine,
                () -> 0,
                (at, task) -> {
                    throw new AssertionError("no time limit is set here");
                },
                Outside.NONE,
                Inbound.NONE,
                Workload.NONE);
        Library library = new Library();
        run(mesh, library);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        run(mesh, library);
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) CALLS;
    }

    private static void run(Mesh mesh, Library library) throws Throwable {
        for (int i = 0; i < CALLS; i++) {
            assertTrue(mesh.routes("shop", 80));
            assertEquals(Library.OK, mesh.blocking().run(library));
        }
    }

    @Test
    void aCallMakesThreeObjects() throws Throwable {
        double bytes = bytes(false);
        assertTrue(bytes < BYTES + GRAIN, () -> bytes + " B");
    }

    @Test
    void aTraceAddsItsText() throws Throwable {
        double bytes = bytes(true);
        assertTrue(bytes < TRACED_BYTES + GRAIN, () -> bytes + " B");
    }

    private static final class Library implements BlockingExchange<String>, HeaderWriter {
        static final String OK = "200";
        private static final Head HEAD = Head.http(200, Headers.NONE);
        private final Request request = FakeRequest.get("shop", "/");

        @Override
        public Request request() {
            return request;
        }

        @Override
        public String original() {
            throw new AssertionError("it is in the mesh");
        }

        @Override
        public String send(Attempt attempt) {
            attempt.edit(this);
            return OK;
        }

        @Override
        public Head head(String answer) {
            return HEAD;
        }

        @Override
        public End failure(Throwable thrown) {
            throw new AssertionError(thrown);
        }

        @Override
        public void abort(Attempt attempt) {}

        @Override
        public void discard(String answer) {}

        @Override
        public String deliver(String answer, Ending ending) {
            ending.end(End.COMPLETE);
            return answer;
        }

        @Override
        public String reply(Refusal refusal) {
            throw new AssertionError(refusal.why());
        }

        @Override
        public void set(String name, String value) {}

        @Override
        public void add(String name, String value) {}

        @Override
        public void remove(String name) {}
    }
}
