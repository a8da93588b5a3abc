package dev.weft.contract;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.FutureExchange;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Exchanges of adapters that have a bug where they hand the answer over. */
public final class Sabotage {
    private Sabotage() {}

    private static IllegalStateException bug() {
        return new IllegalStateException("a bug of ours, put there by a story");
    }

    public static <R> BlockingExchange<R> inDeliver(BlockingExchange<R> exchange) {
        return new Blocking<>(exchange);
    }

    public static <R, T> FutureExchange<R, T> inDeliver(FutureExchange<R, T> exchange) {
        return new Future<>(exchange);
    }

    private record Blocking<R>(BlockingExchange<R> exchange) implements BlockingExchange<R> {
        @Override
        public Request request() {
            return exchange.request();
        }

        @Override
        public R original() throws Throwable {
            return exchange.original();
        }

        @Override
        public R send(Attempt attempt) throws Throwable {
            return exchange.send(attempt);
        }

        @Override
        public Head head(R answer) {
            return exchange.head(answer);
        }

        @Override
        public End failure(Throwable thrown) {
            return exchange.failure(thrown);
        }

        @Override
        public void abort(Attempt attempt) {
            exchange.abort(attempt);
        }

        @Override
        public void discard(R answer) {
            exchange.discard(answer);
        }

        @Override
        public R deliver(R answer, Ending ending) {
            throw bug();
        }

        @Override
        public R reply(Refusal refusal) throws Throwable {
            return exchange.reply(refusal);
        }

        @Override
        public @Nullable Throwable givenUp() {
            return exchange.givenUp();
        }
    }

    private record Future<R, T>(FutureExchange<R, T> exchange) implements FutureExchange<R, T> {
        @Override
        public Request request() {
            return exchange.request();
        }

        @Override
        public CompletableFuture<T> original() {
            return exchange.original();
        }

        @Override
        public CompletableFuture<R> send(Attempt attempt) {
            return exchange.send(attempt);
        }

        @Override
        public Head head(R answer) {
            return exchange.head(answer);
        }

        @Override
        public End failure(Throwable thrown) {
            return exchange.failure(thrown);
        }

        @Override
        public void abort(Attempt attempt) {
            exchange.abort(attempt);
        }

        @Override
        public void discard(R answer) {
            exchange.discard(answer);
        }

        @Override
        public CompletableFuture<T> deliver(R answer, Ending ending) {
            throw bug();
        }

        @Override
        public CompletableFuture<T> reply(Refusal refusal) {
            return exchange.reply(refusal);
        }
    }
}
