package dev.weft.control.health;

import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Entry;
import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.State;
import dev.weft.health.Streak;
import dev.weft.health.Streak.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries the instances that ask for it. A success renews their lease; enough of them in a row make an
 * instance UP, enough failures make it DOWN, and when its lease has ended without a success it goes.
 * Tries are spread at random over the interval, so that they never come all at once. Used from the
 * serial queue only.
 */
public final class Checks implements Registry.Listener {
    private static final double JITTER = 0.1;

    private final Registry registry;
    private final Prober prober;
    private final SerialQueue queue;
    private final DoubleSupplier random;

    /** By host, because that is how changes are told. */
    private final Map<String, Map<Instance.Key, Checked>> checked = new HashMap<>();

    /** @param random from 0 to 1 */
    public Checks(Registry registry, Prober prober, SerialQueue queue, DoubleSupplier random) {
        this.registry = registry;
        this.prober = prober;
        this.queue = queue;
        this.random = random;
    }

    private static final class Checked {
        final HealthCheck check;
        final Streak streak;
        SerialQueue.@Nullable Timer next;

        Checked(HealthCheck check) {
            this.check = check;
            this.streak = new Streak(check.healthy(), check.unhealthy());
        }
    }

    @Override
    public void changed(String host) {
        if (!checked.containsKey(host) && !registry.isChecked(host)) {
            return; // as with most
        }
        Map<Instance.Key, Checked> before = checked.getOrDefault(host, Map.of());
        Map<Instance.Key, Checked> now = new HashMap<>();
        for (Entry entry : registry.entries(host)) {
            HealthCheck check = entry.check();
            if (check != null && entry.isHere()) {
                Instance.Key key = entry.instance().key();
                Checked known = before.get(key);
                now.put(key, known != null && known.check.equals(check) ? known : begin(key, check));
            }
        }
        before.forEach((key, one) -> {
            if (now.get(key) != one && one.next != null) {
                one.next.cancel();
            }
        });
        if (now.isEmpty()) {
            checked.remove(host);
        } else {
            checked.put(host, now);
        }
    }

    private Checked begin(Instance.Key key, HealthCheck check) {
        Checked one = new Checked(check);
        later(key, one, random.getAsDouble());
        return one;
    }

    /** @param intervals how many from now */
    private void later(Instance.Key key, Checked one, double intervals) {
        Duration delay = Duration.ofNanos((long) (one.check.interval().toNanos() * intervals));
        one.next = queue.after(delay, () -> {
            one.next = null;
            prober.probe(key, one.check, failure -> queue.execute(() -> told(key, one, failure)));
        });
    }

    private void told(Instance.Key key, Checked one, @Nullable String failure) {
        if (checked.getOrDefault(key.host(), Map.of()).get(key) != one) {
            return; // it has gone, or is checked otherwise by now
        }
        later(key, one, 1 - JITTER + 2 * JITTER * random.getAsDouble());
        Verdict verdict = one.streak.add(failure == null);
        if (failure == null) {
            registry.checked(key, true, verdict == Verdict.WELL ? State.UP : null, "");
        } else if (verdict == Verdict.ILL) {
            registry.checked(key, false, State.DOWN, "its check fails: " + failure);
        }
    }
}
