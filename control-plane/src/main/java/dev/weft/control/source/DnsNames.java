package dev.weft.control.source;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the names that somebody wants, asked for again and again. While DNS fails, the
 * last addresses stay. The JDK says no time to live, so an answer counts for {@link #AGAIN}. Used from
 * the serial queue only.
 */
public final class DnsNames {
    /** The JDK itself keeps an answer as long. */
    static final Duration AGAIN = Duration.ofSeconds(30);

    /** And twice as long after each further one, up to {@link #AGAIN}: dead names hold up those that live. */
    static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final Resolver resolver;
    private final SerialQueue queue;
    private final Log log;
    private final Map<String, Name> names = new HashMap<>();
    private Runnable listener = () -> {};

    public DnsNames(Resolver resolver, SerialQueue queue, Log log) {
        this.resolver = resolver;
        this.queue = queue;
        this.log = log;
    }

    private static final class Name {
        List<String> addresses = List.of();
        SerialQueue.@Nullable Timer next;

        /** After a failure; null after an answer. */
        @Nullable
        Duration pause;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** @param newListener told when the addresses of a name are others */
    void listen(Runnable newListener) {
        listener = newListener;
    }

    /** These names and no others are asked for from now on. */
    void want(Set<String> wanted) {
        names.entrySet().removeIf(entry -> {
            boolean isGone = !wanted.contains(entry.getKey());
            SerialQueue.Timer next = entry.getValue().next;
            if (isGone && next != null) {
                next.cancel();
            }
            return isGone;
        });
        for (String name : wanted) {
            if (!names.containsKey(name)) {
                Name one = new Name();
                names.put(name, one);
                ask(name, one);
            }
        }
    }

    /** Empty until DNS has answered. */
    List<String> addresses(String name) {
        Name one = names.get(name);
        return one == null ? List.of() : one.addresses;
    }

    private void ask(String name, Name one) {
        one.next = null;
        resolver.resolve(name, answer -> queue.execute(() -> answered(name, one, answer)));
    }

    private void answered(String name, Name one, Resolver.Resolution answer) {
        if (names.get(name) != one) {
            return; // nobody wants it any more
        }
        boolean isFailed = answer.addresses().isEmpty();
        one.pause = isFailed ? shorter(one.pause == null ? AFTER_FAILURE : one.pause.multipliedBy(2), AGAIN) : null;
        one.next = queue.after(one.pause == null ? AGAIN : one.pause, () -> ask(name, one));
        if (isFailed) {
            log.warn(
                    "dns " + name,
                    "dns: " + name + ": " + answer.failure()
                            + (one.addresses.isEmpty() ? "" : "; its last addresses stay"));
        } else if (!one.addresses.equals(answer.addresses())) {
            one.addresses = answer.addresses();
            log.info("dns: " + name + " is " + String.join(", ", answer.addresses()));
            listener.run();
        }
    }
}
