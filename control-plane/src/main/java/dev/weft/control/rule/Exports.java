package dev.weft.control.rule;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * From where a rule is seen (Istio: {@code exportTo}).
 *
 * @param isEverywhere from every namespace
 * @param namespaces else from these
 */
public record Exports(boolean isEverywhere, Set<String> namespaces) {
    static final Exports EVERYWHERE = new Exports(true, Set.of());
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public Exports {
        namespaces = Set.copyOf(namespaces);
    }

    static Exports read(Fields spec, String own) {
        List<String> scopes = spec.texts("exportTo");
        if (scopes.isEmpty()) {
            return EVERYWHERE;
        }
        Set<String> namespaces = new LinkedHashSet<>();
        for (String scope : scopes) {
            if (scope.equals(".")) {
                namespaces.add(own);
            } else if (!scope.equals("*") && !scope.equals("~")) {
                if (!isNamespace(scope)) {
                    spec.wrong("exportTo", "must be '*', '.', '~' or a namespace, is '" + scope + "'");
                }
                namespaces.add(scope);
            }
        }
        if (scopes.size() > 1 && (scopes.contains("*") || scopes.contains("~"))) {
            spec.wrong("exportTo", "'*' and '~' stand alone");
        }
        return scopes.contains("*") ? EVERYWHERE : new Exports(false, namespaces);
    }

    static boolean isNamespace(String text) {
        return NAMESPACE.matcher(text).matches();
    }

    boolean isSeenFrom(String namespace) {
        return isEverywhere || namespaces.contains(namespace);
    }
}
