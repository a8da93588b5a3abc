package dev.weft.control.keep;

import dev.weft.control.keep.SharedStore.Change;
import dev.weft.control.keep.SharedStore.Event;
import dev.weft.control.keep.SharedStore.Written;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Documents in a store that replicas share. All of them are in memory too, so that they can be read while
 * the store is away.
 */
public final class SharedDocuments implements Documents {
    private final SharedStore store;
    private final TreeMap<String, byte[]> contents = new TreeMap<>();
    private final Revisions revisions = new Revisions();
    private final Queue<Event> heard = new ConcurrentLinkedQueue<>();
    private volatile Runnable listener = () -> {};

    /** @param folders that are looked at; there is nothing in others */
    public SharedDocuments(SharedStore store, List<String> folders) {
        this.store = store;
        folders.forEach(folder -> store.follow(folder, events -> {
            heard.addAll(events);
            listener.run();
        }));
    }

    @Override
    public List<String> names(String folder) {
        String all = folder + "/";
        return contents.tailMap(all).keySet().stream()
                .takeWhile(name -> name.startsWith(all))
                .toList();
    }

    @Override
    public byte[] read(String name) throws IOException {
        byte[] content = contents.get(name);
        if (content == null) {
            throw new NoSuchFileException(where(name));
        }
        return content.clone();
    }

    @Override
    public boolean has(String name) {
        return contents.containsKey(name);
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        if (content.length > SharedStore.LARGEST) {
            throw new IOException(where(name) + " would have " + content.length + " bytes, and the store takes "
                    + SharedStore.LARGEST + " at the most");
        }
        change(name, content.clone());
    }

    @Override
    public void delete(String name) throws IOException {
        if (has(name)) {
            change(name, null);
        }
    }

    private void change(String name, byte @Nullable [] content) throws IOException {
        Change change = new Change(name, content, revisions.of(name));
        Written written = made(change);
        if (!written.isMade().get(0)) {
            throw new ChangedElsewhereException(where(name));
        }
        revisions.made(change, written.revision());
        hold(name, content);
    }

    private void hold(String name, byte @Nullable [] content) {
        if (content == null) {
            contents.remove(name);
        } else {
            contents.put(name, content);
        }
    }

    private Written made(Change change) throws IOException {
        try {
            return store.write(List.of(change)).get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StoreAwayException(String.valueOf(cause.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + where(change.name()) + " was changed", e);
        }
    }

    @Override
    public String where(String name) {
        return store.where(name);
    }

    @Override
    public Set<String> changes() {
        Set<String> changed = new TreeSet<>();
        for (Event event = heard.poll(); event != null; event = heard.poll()) {
            if (revisions.take(event)) {
                hold(event.name(), event.content());
                changed.add(event.name());
            }
        }
        return changed;
    }

    @Override
    public void listen(Runnable newListener) {
        listener = newListener;
    }
}
