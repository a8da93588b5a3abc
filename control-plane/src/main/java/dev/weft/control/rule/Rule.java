package dev.weft.control.rule;

import java.util.Map;

/** One rule as it was read. */
public sealed interface Rule
        permits VirtualService,
                DestinationRule,
                MeshRoute,
                Resilience,
                SecurityRule,
                ServiceEntry,
                Sidecar,
                WorkloadEntry,
                WorkloadGroup {
    Origin origin();

    String name();

    String namespace();

    default String kind() {
        return getClass().getSimpleName();
    }

    /** What makes it the same rule: the first of an identity wins. */
    default RuleId id() {
        return new RuleId(kind(), namespace(), name());
    }

    /** From where it is seen. */
    default Exports exports() {
        return Exports.EVERYWHERE;
    }

    /** Whether these labels have all that a selector asks for. */
    static boolean selects(Map<String, String> selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }
}
