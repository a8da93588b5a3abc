package dev.weft.control.rule;

import java.util.Map;

/**
 * Whose calls a match takes (Istio: {@code sourceLabels}, {@code sourceNamespace}). It is decided when routes are
 * written for a client, never by the client.
 *
 * @param labels all of which the caller has; empty for any caller
 * @param namespace of the caller; empty for any
 */
public record SourceMatch(Map<String, String> labels, String namespace) {
    static final SourceMatch ANY = new SourceMatch(Map.of(), "");

    public SourceMatch {
        labels = Map.copyOf(labels);
    }

    static SourceMatch read(Fields match) {
        Map<String, String> labels = match.textMap("sourceLabels");
        String namespace = match.text("sourceNamespace", "");
        if (!namespace.isEmpty() && !Exports.isNamespace(namespace)) {
            match.wrong("sourceNamespace", "'" + namespace + "' is not a namespace");
        }
        return new SourceMatch(labels, namespace);
    }

    /** Whether a caller with these labels has those that are asked for. */
    boolean takes(Map<String, String> callers) {
        return callers.entrySet().containsAll(labels.entrySet());
    }

    /** Whether it takes all whom the other takes. */
    boolean covers(SourceMatch other) {
        return takes(other.labels) && isSeenFrom(other.namespace);
    }

    /** Whether it takes callers of this namespace, as far as that is concerned. */
    boolean isSeenFrom(String callers) {
        return namespace.isEmpty() || namespace.equals(callers);
    }
}
