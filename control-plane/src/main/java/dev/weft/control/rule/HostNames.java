package dev.weft.control.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the names in rules become full names.
 *
 * @param domain the mesh's own, such as {@code cluster.local}
 */
public record HostNames(String domain) {
    private static final Pattern NAME = Pattern.compile("(?i)[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?");

    /** What is wrong with a name, or null. */
    static @Nullable String wrong(String name) {
        if (name.contains("*")) {
            return "'" + name + "': wildcards are known to Istio but not supported yet";
        }
        return NAME.matcher(name).matches() ? null : "'" + name + "' is not the name of a host";
    }

    /** The full names that stand in {@code hosts}, each once. */
    List<String> hosts(Fields spec, String namespace) {
        List<String> hosts = new ArrayList<>();
        for (String host : spec.texts("hosts")) {
            String wrong = wrong(host);
            if (wrong != null) {
                spec.wrong("hosts", wrong);
            } else {
                hosts.add(full(host, namespace));
            }
        }
        if (!spec.has("hosts")) {
            spec.wrong("hosts", "is missing");
        } else if (spec.isEmptyList("hosts")) {
            spec.wrong("hosts", "must not be empty");
        }
        return hosts.stream().distinct().toList();
    }

    /**
     * A name without a dot is a service of the rule's namespace, and so is {@code NAME.NAMESPACE} with
     * that namespace; {@code NAME.NAMESPACE.svc} is one of any namespace. Everything else is taken
     * literally, as Istio does.
     */
    public String full(String name, String namespace) {
        String host = name.toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        if (dot < 0) {
            return host + "." + namespace + ".svc." + domain;
        }
        String rest = host.substring(dot + 1);
        if (rest.equals(namespace)) {
            return host + ".svc." + domain;
        }
        boolean isService = rest.endsWith(".svc") && rest.indexOf('.') == rest.length() - ".svc".length();
        return isService ? host + "." + domain : host;
    }
}
