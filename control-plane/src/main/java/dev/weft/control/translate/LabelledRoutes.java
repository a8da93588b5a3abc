package dev.weft.control.translate;

import dev.weft.control.store.Resource;
import dev.weft.control.store.Variants;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host where some of them are for callers with certain labels only. What all clients see depends on
 * which of these they have and on nothing else of them, so it is made once for each answer that a client has given to
 * that. Used from the serial queue only.
 */
final class LabelledRoutes implements Variants {
    /** Labels are what clients say of themselves: more variants than these are made each time they are wanted. */
    private static final int MOST = 64;

    private final String host;
    private final int port;
    private final List<String> domains;
    private final HostRules rules;
    private final Set<Map<String, String>> asked;
    private final Map<Set<Map<String, String>>, Resource> made = new HashMap<>();

    private LabelledRoutes(String host, int port, List<String> domains, HostRules rules) {
        this.host = host;
        this.port = port;
        this.domains = List.copyOf(domains);
        this.rules = rules;
        this.asked = rules.sourceLabels();
    }

    /** Null where no route asks for labels. */
    static @Nullable LabelledRoutes of(String host, int port, List<String> domains, HostRules rules) {
        return rules.sourceLabels().isEmpty() ? null : new LabelledRoutes(host, port, domains, rules);
    }

    @Override
    public Resource of(Map<String, String> labels) {
        Set<Map<String, String>> has = new HashSet<>(asked);
        has.removeIf(wanted -> !labels.entrySet().containsAll(wanted.entrySet()));
        Resource known = made.get(has);
        if (known == null) {
            known = Resource.of(
                    ClusterName.routes(host, port), RouteWriter.of(host, port, domains, rules.calledWith(labels)));
            if (made.size() < MOST) {
                made.put(has, known);
            }
        }
        return known;
    }
}
