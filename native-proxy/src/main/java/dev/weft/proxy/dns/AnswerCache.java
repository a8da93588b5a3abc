package dev.weft.proxy.dns;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers of servers for as long as their TTLs allow (RFC 2308 for negative ones), bounded in number and
 * in bytes; what was not asked for the longest leaves first.
 */
final class AnswerCache {
    private final int mostEntries;
    private final long mostBytes;
    private final LinkedHashMap<Query.Key, Kept> kept = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    private record Kept(ForwardedAnswer answer, long expires) {}

    AnswerCache(int mostEntries, long mostBytes) {
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    @Nullable
    ForwardedAnswer find(Query.Key key, long now) {
        Kept one = kept.get(key);
        if (one == null) {
            return null;
        }
        if (now - one.expires >= 0) {
            kept.remove(key);
            bytes -= one.answer.size();
            return null;
        }
        return one.answer;
    }

    void put(Query.Key key, ForwardedAnswer answer) {
        var expires = answer.expires();
        // One answer must not drive out many others.
        if (expires.isEmpty() || mostEntries == 0 || answer.size() > mostBytes / 16) {
            return;
        }
        Kept before = kept.put(key, new Kept(answer, expires.getAsLong()));
        bytes += answer.size() - (before == null ? 0 : before.answer.size());
        var eldest = kept.entrySet().iterator();
        while ((kept.size() > mostEntries || bytes > mostBytes) && eldest.hasNext()) {
            Map.Entry<Query.Key, Kept> one = eldest.next();
            bytes -= one.getValue().answer.size();
            eldest.remove();
        }
    }

    void clear() {
        kept.clear();
        bytes = 0;
    }

    int size() {
        return kept.size();
    }
}
