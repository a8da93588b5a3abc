package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Subsets;
import dev.weft.engine.snapshot.Subsets.Fallback;
import dev.weft.engine.snapshot.Subsets.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code LbSubsetConfig}, or the extension {@code Subset}, whose fields have the same numbers. */
final class SubsetReader {
    private final Findings findings;
    private final String where;

    SubsetReader(Findings findings, String where) {
        this.findings = findings;
        this.where = where;
    }

    Subsets read(Message config, String type) {
        Fallback fallback = fallback((int) config.number(1), ".fallback_policy");
        Map<String, String> labels = new HashMap<>();
        Structs.strings(config.message(2), labels);
        List<Selector> selectors = new ArrayList<>();
        for (Message selector : config.messages(3)) {
            var keys = Set.copyOf(selector.strings(1));
            if (keys.isEmpty()) {
                findings.refuse(where + ".subset_selectors.keys", "is empty");
            } else {
                selectors.add(new Selector(keys, ofSelector((int) selector.number(2))));
            }
            findings.unread(selector, "LbSubsetConfig.LbSubsetSelector");
        }
        findings.unread(config, type);
        return new Subsets(fallback, labels, selectors);
    }

    private @Nullable Fallback ofSelector(int policy) {
        if (policy == 4) {
            findings.unsupported("LbSubsetSelector.fallback_policy KEYS_SUBSET");
            return null;
        }
        return policy == 0 ? null : fallback(policy - 1, ".subset_selectors.fallback_policy");
    }

    private Fallback fallback(int policy, String field) {
        if (policy < 0 || policy >= Fallback.values().length) {
            findings.refuse(where + field, policy + " is not known here");
            return Fallback.NO_FALLBACK;
        }
        return Fallback.values()[policy];
    }
}
