package dev.weft.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.http.EventStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * One client that hears of changes: first everything there is ({@code put} for each, then {@code
 * synced}), then {@code put} and {@code delete} as it happens. What waits for a slow client are the
 * names of what has changed, never the changes: it hears of the latest state of each, and the memory
 * that it costs is bounded. Used from the serial queue only.
 */
final class Watch {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Feed feed;
    private final EventStream stream;
    private final Map<String, Map<String, String>> told = new HashMap<>();
    private final Set<String> dirty = new LinkedHashSet<>();
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
        while (!dirty.isEmpty() && stream.isReady()) {
            String group = dirty.iterator().next();
            dirty.remove(group);
            tell(group);
        }
        if (dirty.isEmpty() && !isSynced && stream.isReady()) {
            isSynced = true;
            stream.send("synced", "{}");
        }
    }

    private void tell(String group) {
        Map<String, String> before = told.getOrDefault(group, Map.of());
        Map<String, String> now = new HashMap<>();
        feed.items(group).forEach((key, item) -> {
            String json = json(item);
            String version = Etag.of(json);
            now.put(key, version);
            if (!version.equals(before.get(key))) {
                stream.send("put", json);
            }
        });
        for (String key : new ArrayList<>(before.keySet())) {
            if (!now.containsKey(key)) {
                stream.send("delete", json(new Deleted(key)));
            }
        }
        if (now.isEmpty()) {
            told.remove(group);
        } else {
            told.put(group, now);
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
