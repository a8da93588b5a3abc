package dev.weft.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.FutureExchange;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.trace.Ambient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who goes on with a call whose question was answered. */
class AnswersFromOutsideTest {
    /** A call that passes; says on which thread. */
    private static final class Passing implements FutureExchange<Integer, Thread> {
        @Override
        public Request request() {
            return FakeRequest.get("shop", "/");
        }

        @Override
        public CompletableFuture<Thread> original() {
            return CompletableFuture.completedFuture(Thread.currentThread());
        }

        @Override
        public CompletableFuture<Thread> reply(Refusal refusal) {
            return CompletableFuture.failedFuture(new AssertionError(refusal.why()));
        }

        @Override
        public CompletableFuture<Integer> send(Attempt attempt) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public Head head(Integer answer) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public End failure(Throwable thrown) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void abort(Attempt attempt) {}

        @Override
        public void discard(Integer answer) {}

        @Override
        public CompletableFuture<Thread> deliver(Integer answer, Ending ending) {
            throw new AssertionError("nothing is sent");
        }
    }

    private static Mesh mesh(Outside outside) {
        Engine engine = new Engine(new SeededRandom(1), new Ambient(() -> true), call -> {}, bug -> {});
        return new Mesh(engine, System::nanoTime, (at, task) -> () -> {}, outside, Inbound.NONE, Workload.NONE);
    }

    @Test
    void itIsNotTheThreadThatBringsAnswersToAll() throws Exception {
        ExecutorService control = Executors.newSingleThreadExecutor();
        try {
            Thread bringing = control.submit(Thread::currentThread).get();
            Mesh mesh = mesh((question, answer) -> control.execute(() -> answer.accept(Answer.PASS)));
            Thread went = mesh.future().run(new Passing()).get(90, TimeUnit.SECONDS);
            assertNotSame(bringing, went);
        } finally {
            control.shutdownNow();
        }
    }

    @Test
    void itIsTheCallersWhereTheAnswerIsThereAtOnce() throws Exception {
        Thread went = mesh(Outside.NONE).future().run(new Passing()).get(90, TimeUnit.SECONDS);
        assertEquals(Thread.currentThread(), went);
    }
}
