package dev.weft.engine.drive;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The outside for calls that go on where their answers come: what is theirs to do then, code of the application with it,
 * must not keep the thread that brings answers to everybody.
 */
public final class Elsewhere implements Outside {
    private final Outside outside;
    private final Executor executor;

    /** What follows from an answer runs where the JDK completes futures, unless the answer is there at once. */
    public Elsewhere(Outside outside) {
        this(outside, new OfFutures());
    }

    Elsewhere(Outside outside, Executor executor) {
        this.outside = outside;
        this.executor = executor;
    }

    /** Looked up when it is used: an application may configure its common pool as long as nobody has touched it. */
    private static final class OfFutures implements Executor {
        @Override
        public void execute(Runnable task) {
            new CompletableFuture<Void>().defaultExecutor().execute(task);
        }
    }

    @Override
    public void ask(Question question, Consumer<Answer> answer) {
        Thread here = Thread.currentThread();
        outside.ask(question, said -> {
            if (Thread.currentThread() == here) {
                answer.accept(said);
            } else {
                executor.execute(() -> answer.accept(said));
            }
        });
    }
}
