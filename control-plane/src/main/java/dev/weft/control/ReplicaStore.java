package dev.weft.control;

import dev.weft.control.etcd.EtcdStore;
import dev.weft.control.keep.Documents;
import dev.weft.control.keep.SharedDocuments;
import dev.weft.control.log.Log;
import dev.weft.control.pause.Pauses;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Knock;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.RegistryStore;
import dev.weft.control.registry.SharedRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A store that this replica shares with others. */
final class ReplicaStore implements StateStore {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LAST_WRITES = Duration.ofSeconds(2);

    private final EtcdStore store;
    private final SerialQueue queue;
    private final Log log;
    private final Documents documents;
    private final Documents pauses;
    private final RegistryStore registry;

    ReplicaStore(StoreOptions options, Registry registry, Knock knock, SerialQueue queue, Log log) {
        this.queue = queue;
        this.log = log;
        this.store = new EtcdStore(options.etcd(), options.credentials(), log);
        this.documents = new SharedDocuments(store, List.of("rules", "history"));
        this.pauses = new SharedDocuments(store, List.of(Pauses.FOLDER));
        this.registry = new SharedRegistry(store, registry, knock, queue, log);
    }

    @Override
    public Documents documents() {
        return documents;
    }

    @Override
    public Documents pauses() {
        return pauses;
    }

    @Override
    public RegistryStore registry() {
        return registry;
    }

    /** One that has never heard of the mesh would tell its agents that there is nothing. */
    @Override
    public void start() throws IOException {
        store.start(PATIENCE);
    }

    @Override
    public @Nullable String away() {
        return store.away();
    }

    /** After the last changes of the registry, which its queue writes. */
    @Override
    public void close() {
        try {
            CompletableFuture.runAsync(() -> {}, queue::execute).get(LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("registry: the last changes may not be in the store: the queue is busy");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
