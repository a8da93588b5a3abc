package dev.weft.engine.drive;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The outside for calls that go on where their answers come: what is theirs to do then, code of the application with it,
 * must not keep the thread that brings answers to everybody, nor one that hands its place on.
 */
public final class Elsewhere implements Outside {
    /** Where the JDK completes futures. */
    static final Executor FUTURES = new OfFutures();

    private final Outside outside;
    private final Executor executor;

    /** What follows from an answer runs where the JDK completes futures, unless the answer is there at once. */
    public Elsewhere(Outside outside) {
        this(outside, FUTURES);
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
        Going going = new Going(answer);
        outside.ask(question, going);
        going.asking = false;
    }

    @Override
    public void bring(Question question, Consumer<Answer> answer) {
        if (question instanceof Question.Place place) {
            Going going = new Going(answer);
            place.await(going);
            going.asking = false;
        } else {
            ask(question, answer);
        }
    }

    /** Goes on here while the question is asked, which is of use to nobody else; later it does so elsewhere. */
    private final class Going implements Consumer<Answer> {
        private final Consumer<Answer> call;
        private final Thread here = Thread.currentThread();
        /** Of that thread alone. */
        private boolean asking = true;

        Going(Consumer<Answer> call) {
            this.call = call;
        }

        @Override
        public void accept(Answer answer) {
            if (Thread.currentThread() == here && asking) {
                call.accept(answer);
            } else {
                executor.execute(() -> call.accept(answer));
            }
        }
    }
}
