package dev.weft.control.rule;

import dev.weft.control.rule.DestinationRule.Subset;
import dev.weft.control.rule.DestinationRule.TrafficPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the {@code spec} of a {@code DestinationRule}. */
final class DestinationRuleReader {
    private final Header header;
    private final RouteReader names;

    DestinationRuleReader(Header header, HostNames names) {
        this.header = header;
        this.names = new RouteReader(names, header.namespace());
    }

    DestinationRule read(Fields spec) {
        String host = names.host(spec, true);
        TrafficPolicy policy = TrafficPolicyReader.read(spec);
        List<Subset> subsets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Fields subset : spec.objects("subsets")) {
            String name = subset.required("name");
            RouteReader.subset(subset, "name");
            if (!seen.add(name)) {
                subset.wrong("name", "subset '" + name + "' stands here twice");
            }
            Map<String, String> labels = subset.textMap("labels");
            TrafficPolicy own = TrafficPolicyReader.read(subset);
            subset.end();
            subsets.add(new Subset(subset.origin(), name, labels, own));
        }
        if (HostPattern.isOfSeveral(host) && !subsets.isEmpty()) {
            spec.wrong("subsets", "are of one host: '" + host + "' stands for several");
        }
        Exports exports = Exports.read(spec, header.namespace());
        spec.notYet("workloadSelector");
        spec.end();
        return new DestinationRule(header.origin(), header.name(), header.namespace(), host, exports, policy, subsets);
    }
}
