package dev.weft.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.http.EventStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client that hears of changes: first everything there is ({@code put} for each, then {@code
 * synced}), then {@code put} and {@code delete} as it happens. What waits for a slow client are the
 * names of what has changed, never the changes: it hears of the latest state of each, one by one while
 * it keeps up, and the memory that it costs is bounded. Used from the serial queue only.
 */
final class Watch {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Feed feed;
    private final EventStream stream;

    /** The version that the client knows, by group and key. */
    private final Map<String, Map<String, String>> told = new HashMap<>();

    private final Set<String> dirty = new LinkedHashSet<>();
    private @Nullable Telling telling;
    private boolean isSynced;
    private int unready;

    private record Deleted(String key) {}

    Watch(Feed feed, EventStream stream) {
        this.feed = feed;
        this.stream = stream;
        dirty.addAll(feed.groups());
    }

    Feed feed() {
        return feed;
    }

    void changed(String group) {
        dirty.add(group);
        flush();
    }

    void allChanged() {
        dirty.addAll(told.keySet());
        dirty.addAll(feed.groups());
        flush();
    }

    void flush() {
        while (stream.isReady() && (telling != null || !dirty.isEmpty())) {
            if (telling == null) {
                String group = dirty.iterator().next();
                dirty.remove(group);
                telling = new Telling(group);
            }
            if (!telling.next()) {
                telling.end();
                telling = null;
            }
        }
        if (telling == null && dirty.isEmpty() && !isSynced && stream.isReady()) {
            isSynced = true;
            stream.send("synced", "{}");
        }
    }

    /** A group on its way to the client, which goes on where it was when the client keeps up again. */
    private final class Telling {
        private final String group;
        private final Map<String, String> known;
        private final Iterator<Map.Entry<String, Supplier<Feed.@Nullable Item>>> items;
        private final Iterator<String> gone;

        Telling(String group) {
            this.group = group;
            known = told.computeIfAbsent(group, none -> new HashMap<>());
            Map<String, Supplier<Feed.@Nullable Item>> now = feed.items(group);
            items = now.entrySet().iterator();
            List<String> lost = new ArrayList<>(known.keySet());
            lost.removeIf(now::containsKey);
            gone = lost.iterator();
        }

        /** Tells the next item that is not as the client knows it; false when there is none. */
        boolean next() {
            while (items.hasNext()) {
                var entry = items.next();
                Feed.Item item = entry.getValue().get();
                // What has gone meanwhile is deleted in the next round: its group has changed again.
                if (item != null && !item.version().equals(known.put(entry.getKey(), item.version()))) {
                    stream.send("put", json(item.shown()));
                    return true;
                }
            }
            if (gone.hasNext()) {
                String key = gone.next();
                known.remove(key);
                stream.send("delete", json(new Deleted(key)));
                return true;
            }
            return false;
        }

        void end() {
            if (known.isEmpty()) {
                told.remove(group);
            }
        }
    }

    /** A sign of life for a client that keeps up; one that has not for a while is cut off. */
    void beat(int patience) {
        if (stream.isReady()) {
            unready = 0;
            stream.comment();
        } else if (++unready > patience) {
            stream.close();
        }
    }

    void close() {
        stream.close();
    }

    private static String json(Object item) {
        try {
            return JSON.writeValueAsString(item);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what we show can always be written as JSON", e);
        }
    }
}
