package dev.weft.control.rule;

import dev.weft.control.rule.Resilience.Part;
import dev.weft.control.rule.Resilience.Policy;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code spec} of a {@code Resilience}. What it lets pass, every agent takes. */
final class ResilienceReader {
    static final String KIND = "Resilience";

    private final Header header;
    private final RouteReader names;

    ResilienceReader(Header header, HostNames names) {
        this.header = header;
        this.names = new RouteReader(names, header.namespace());
    }

    Resilience read(Fields spec) {
        String host = names.host(spec, true);
        List<String> routes = spec.texts("routes");
        if (HostPattern.isOfSeveral(host) && !routes.isEmpty()) {
            spec.wrong("routes", "are of one host: '" + host + "' stands for several");
        }
        if (spec.isEmptyList("routes")) {
            spec.wrong("routes", "must not be empty");
        }
        List<Part> parts = new ArrayList<>();
        for (ResilienceKey key : ResilienceKey.ALL) {
            Part part = key.read(spec, names);
            if (part != null) {
                parts.add(part);
            }
        }
        Exports exports = Exports.read(spec, header.namespace());
        spec.end();
        List<String> words = ResilienceKey.ALL.stream().map(ResilienceKey::word).toList();
        if (words.stream().noneMatch(spec::has)) {
            int last = words.size() - 1;
            spec.wrong("says nothing: " + String.join(", ", words.subList(0, last)) + " or " + words.get(last)
                    + " is missing");
        }
        return new Resilience(
                header.origin(), header.name(), header.namespace(), host, exports, routes, Policy.of(parts));
    }
}
