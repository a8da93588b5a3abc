package dev.weft.control.translate;

import dev.weft.control.store.Resource;
import dev.weft.control.store.Variants;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A resource that depends on some of what its clients' labels say and on nothing else of them: it is made once for each
 * answer that a client has given to that. Used from the serial queue only.
 *
 * @param <K> an answer
 */
final class PerCaller<K> implements Variants {
    /** Labels are what clients say of themselves: more variants than these are made each time they are wanted. */
    private static final int MOST = 64;

    private final Function<Map<String, String>, K> asked;
    private final Function<Map<String, String>, Resource> maker;
    private final Map<K, Resource> made = new HashMap<>();

    /**
     * @param asked what of a client's labels makes a difference
     * @param maker the resource for such a client
     */
    PerCaller(Function<Map<String, String>, K> asked, Function<Map<String, String>, Resource> maker) {
        this.asked = asked;
        this.maker = maker;
    }

    @Override
    public Resource of(Map<String, String> labels) {
        K answer = asked.apply(labels);
        Resource known = made.get(answer);
        if (known == null) {
            known = maker.apply(labels);
            if (made.size() < MOST) {
                made.put(answer, known);
            }
        }
        return known;
    }
}
