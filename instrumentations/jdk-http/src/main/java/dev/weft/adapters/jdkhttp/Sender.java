package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Original;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The library's own call: one client, one body handler of the application, any number of requests. */
final class Sender<T> {
    private final Object client;
    private final BodyHandler<T> handler;
    private final @Nullable Object exchangeExecutor;
    private final Original original;

    /** Held while a call is between two attempts: the client stops when nobody holds its face. */
    @SuppressWarnings("unused")
    private final @Nullable Object facade;

    Sender(Object client, BodyHandler<T> handler, @Nullable Object exchangeExecutor, Original original) {
        this.client = client;
        this.handler = handler;
        this.exchangeExecutor = exchangeExecutor;
        this.original = original;
        this.facade = Internals.facade(client);
    }

    Object client() {
        return client;
    }

    BodyHandler<T> handler() {
        return handler;
    }

    /** Where the library runs what the application gave it. */
    Executor executor() {
        return Internals.executor(client);
    }

    CompletableFuture<HttpResponse<T>> send(HttpRequest request, BodyHandler<T> with) {
        return send(request, with, exchangeExecutor);
    }

    /** Sends from the client's own threads: this one is the mesh's timer, or was reading another answer. */
    CompletableFuture<HttpResponse<T>> sendElsewhere(HttpRequest request, BodyHandler<T> with) {
        return send(request, with, exchangeExecutor == null ? Internals.threads(client) : exchangeExecutor);
    }

    @SuppressWarnings("unchecked") // the woven method's return type
    private CompletableFuture<HttpResponse<T>> send(HttpRequest request, BodyHandler<T> with, @Nullable Object from) {
        try {
            Object sent = original.call(client, request, with, null, from);
            if (sent == null) {
                throw new IllegalStateException("sendAsync returned null");
            }
            return (CompletableFuture<HttpResponse<T>>) sent;
        } catch (Throwable thrown) {
            throw Internals.same(thrown);
        }
    }
}
