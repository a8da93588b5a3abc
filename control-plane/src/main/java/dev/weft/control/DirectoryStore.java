package dev.weft.control;

import dev.weft.control.keep.DirectoryDocuments;
import dev.weft.control.keep.Documents;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.RegistryFile;
import dev.weft.control.registry.RegistryStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A directory that is this process's own. */
final class DirectoryStore implements StateStore {
    private final @Nullable Documents documents;
    private final @Nullable Documents pauses;
    private final @Nullable RegistryStore registry;

    /** @param directory null for nothing to outlive the process */
    DirectoryStore(@Nullable Path directory, Registry registry, SerialQueue queue, SerialQueue disk, Log log) {
        this.documents = directory == null ? null : new DirectoryDocuments(directory, log);
        this.pauses = directory == null ? null : new DirectoryDocuments(directory, log);
        this.registry = directory == null ? null : new RegistryFile(directory, registry, queue, disk, log);
    }

    @Override
    public @Nullable Documents documents() {
        return documents;
    }

    @Override
    public @Nullable Documents pauses() {
        return pauses;
    }

    @Override
    public @Nullable RegistryStore registry() {
        return registry;
    }

    @Override
    public void start() {}

    @Override
    public @Nullable String away() {
        return null;
    }

    @Override
    public void close() {}
}
