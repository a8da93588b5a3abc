package dev.weft.control.serve;

import dev.weft.control.serve.Subscription.Batch;
import dev.weft.control.store.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A type of which every response has all that there is, so that what it lacks is gone. What is gone stays in the set
 * as it was until the client knows what takes its place: make before break. Used from the serial queue only.
 */
final class WholeSet {
    private final Subscription subscription;

    /** As it was sent last. */
    private Map<String, Resource> held = Map.of();

    private List<String> renewed = List.of();

    WholeSet(Subscription subscription) {
        this.subscription = subscription;
    }

    /**
     * What to send next; null when there is nothing, or the client has too much to answer.
     *
     * @param withRemovals false keeps what is gone
     */
    @Nullable
    Batch next(boolean withRemovals) {
        if (!subscription.isDue()) {
            return null;
        }
        Map<String, Resource> now = subscription.present();
        Map<String, Resource> before = new LinkedHashMap<>(held);
        before.keySet().removeIf(name -> !subscription.wants(name));
        boolean isGone = !now.keySet().containsAll(before.keySet());
        Map<String, Resource> next = now;
        if (isGone && !withRemovals) {
            next = new LinkedHashMap<>(before);
            next.putAll(now);
        }
        List<String> changed = changed(before, next);
        boolean isSame = changed.isEmpty() && next.size() == before.size();
        if (isSame && isGone) {
            return null; // it is only gone: that has its turn
        }
        boolean isAsked = subscription.isAsked();
        long since = subscription.settle(withRemovals || !isGone);
        held = next;
        renewed = changed;
        before.keySet().removeAll(next.keySet());
        List<String> gone = List.copyOf(before.keySet());
        return isSame && !isAsked ? null : new Batch(List.copyOf(next.values()), gone, Map.of(), since);
    }

    private static List<String> changed(Map<String, Resource> before, Map<String, Resource> now) {
        return now.values().stream()
                .filter(resource -> {
                    Resource known = before.get(resource.name());
                    return known == null || !known.version().equals(resource.version());
                })
                .map(Resource::name)
                .toList();
    }

    /** What the last response had that was not in the one before it, or was something else. */
    List<String> renewed() {
        return renewed;
    }
}
