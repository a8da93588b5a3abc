package dev.weft.control.api;

import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Things that can be watched, in groups that change together. Used from the serial queue only. */
interface Feed {
    /**
     * A thing as it is now.
     *
     * @param version a client that knows this version needs not hear of it
     * @param shown what is written as JSON
     */
    record Item(String version, Object shown) {
        static Item of(Object shown) {
            return new Item(Etag.of(shown), shown);
        }
    }

    /** The groups that there are now. */
    Collection<String> groups();

    /**
     * What is in a group now, by key; empty when there is no such group. Each item is made when it is
     * asked for, as it is then, and null when it has gone meanwhile.
     */
    Map<String, Supplier<@Nullable Item>> items(String group);
}
