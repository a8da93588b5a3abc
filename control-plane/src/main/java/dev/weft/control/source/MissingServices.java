package dev.weft.control.source;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.Finding;
import dev.weft.control.rule.RuleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds hosts that rules speak of and that no service has. Who has not come back yet after a start is missed only once
 * everybody had the time to. Used from the serial queue only.
 */
public final class MissingServices implements Registry.Listener {
    private final Registry registry;
    private final Log log;
    private RuleSet rules = RuleSet.EMPTY;
    private Set<String> expected = Set.of();
    private Set<String> missing = Set.of();
    private List<Finding> told = List.of();
    private boolean isSettled;

    /** @param patience from now on, for those that register */
    public MissingServices(Registry registry, SerialQueue queue, Duration patience, Log log) {
        this.registry = registry;
        this.log = log;
        queue.execute(() -> queue.after(patience, () -> {
            isSettled = true;
            look();
        }));
    }

    /** These rules are in force instead of those before. */
    public void apply(RuleSet newRules) {
        rules = newRules;
        expected = newRules.expected();
        look();
    }

    @Override
    public void changed(String host) {
        // An instance of a service that is there comes and goes; that is nothing to look through all rules for.
        if (expected.contains(host) && missing.contains(host) == (registry.service(host) != null)) {
            look();
        }
    }

    private void look() {
        missing =
                expected.stream().filter(host -> registry.service(host) == null).collect(Collectors.toSet());
        List<Finding> now = of(rules);
        List<Finding> news = new ArrayList<>(now);
        news.removeAll(told);
        told = now;
        news.forEach(warning -> log.warn("rules: " + warning));
    }

    /** What these rules say of such hosts, in force or not; nothing while it is too early to tell. */
    public List<Finding> of(RuleSet any) {
        Set<String> hosts = any == rules ? expected : any.expected();
        boolean isComplete = hosts.stream().allMatch(host -> registry.service(host) != null);
        return isComplete || !isSettled ? List.of() : any.unknownHosts(Set.copyOf(registry.hosts()));
    }
}
