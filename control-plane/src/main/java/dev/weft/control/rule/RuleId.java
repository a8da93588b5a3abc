package dev.weft.control.rule;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What makes a rule the same rule, as in Kubernetes. */
public record RuleId(String kind, String namespace, String name) {
    /** Shorter than Kubernetes' 253, because it becomes the name of a file, with 5 characters more. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,248}[a-z0-9])?");

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Why the API can't keep a rule of this name; null when it can. */
    public @Nullable String wrong() {
        if (!RuleParser.KINDS.contains(kind)) {
            return "'" + kind + "' is not a kind of rule; there are " + String.join(", ", RuleParser.KINDS);
        }
        if (!NAMESPACE.matcher(namespace).matches()) {
            return "namespace '" + namespace + "' is not made of lower-case letters, digits and '-', 63 at the most";
        }
        return NAME.matcher(name).matches()
                ? null
                : "name '" + name + "' is not made of lower-case letters, digits, '-' and '.', 250 at the most";
    }

    /** Where findings about a rule of the API are said to be. */
    String file() {
        return "api:" + this;
    }

    @Override
    public String toString() {
        return kind + "/" + namespace + "/" + name;
    }
}
