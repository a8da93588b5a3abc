package dev.weft.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, in the order of its keys. It goes on after the last key, whatever came or went
 * meanwhile.
 *
 * @param next where the rest begins; null at the end
 */
record Page<V>(
        List<V> items,

        @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        String next) {
    static final int MOST = 1_000;

    /** @param all each item by its key, made only when it is on the page */
    static <V> Page<V> of(Call call, TreeMap<String, Supplier<V>> all) throws ProblemException {
        return of(call, all.entrySet().iterator());
    }

    /** @param all in the order of their keys; not asked for what is behind the page */
    static <V> Page<V> of(Call call, Iterator<Map.Entry<String, Supplier<V>>> all) throws ProblemException {
        int limit = limit(call.parameter("limit"));
        String after = after(call);
        List<V> items = new ArrayList<>();
        String last = null;
        while (all.hasNext()) {
            var item = all.next();
            if (after != null && item.getKey().compareTo(after) <= 0) {
                continue;
            }
            if (items.size() == limit) {
                return new Page<>(items, last == null ? null : encode(last));
            }
            items.add(item.getValue().get());
            last = item.getKey();
        }
        return new Page<>(items, null);
    }

    /** The last key of the page before; null for the first page. */
    static @Nullable String after(Call call) throws ProblemException {
        return after(call.parameter("continue"));
    }

    private static int limit(@Nullable String text) throws ProblemException {
        if (text == null) {
            return MOST;
        }
        int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(400, "parameter limit must be from 1 to " + MOST);
        }
        return limit;
    }

    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String after(@Nullable String text) throws ProblemException {
        if (text == null) {
            return null;
        }
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(400, "parameter continue is not one that this server has given");
        }
    }
}
