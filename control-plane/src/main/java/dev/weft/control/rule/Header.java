package dev.weft.control.rule;

import dev.weft.protocol.words.Nearest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a document says it is.
 *
 * @param kind empty when it does not say
 */
record Header(
        Origin origin, String apiVersion, String kind, String name, String namespace, Map<String, String> annotations) {
    /** Annotations of others are their business; of ours each is known, or a mistake. */
    private static final String OURS = "weft.dev/";

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "VirtualService",
            Set.of(VirtualServiceReader.RETRY_NON_IDEMPOTENT),
            MeshRoute.HTTP,
            Set.of(VirtualServiceReader.RETRY_NON_IDEMPOTENT),
            MeshRoute.GRPC,
            Set.of(VirtualServiceReader.RETRY_NON_IDEMPOTENT));

    private static void check(Fields annotations, String kind, String key, String value) {
        Set<String> known = KNOWN.getOrDefault(kind, Set.of());
        if (!key.startsWith(OURS)) {
            return;
        }
        if (!known.contains(key)) {
            String nearest = Nearest.to(key, known);
            annotations.wrong(key, "is unknown" + (nearest == null ? "" : "; did you mean '" + nearest + "'?"));
        } else if (!value.equals("true") && !value.equals("false")) {
            annotations.wrong(key, "must be \"true\" or \"false\", is '" + value + "'");
        }
    }

    static Header read(Fields document) {
        String apiVersion = document.required("apiVersion");
        String kind = document.required("kind");
        @Nullable Fields metadata = document.object("metadata");
        if (metadata == null) {
            document.wrong("metadata", "is missing");
            return new Header(document.origin(), apiVersion, kind, "", "default", Map.of());
        }
        String name = metadata.required("name");
        String namespace = metadata.text("namespace", "default");
        Map<String, String> annotations = metadata.textMap("annotations");
        Fields ours = metadata.object("annotations");
        if (ours != null) {
            annotations.forEach((key, value) -> check(ours, kind, key, value));
        }
        metadata.ignore(
                "labels",
                "uid",
                "generation",
                "resourceVersion",
                "creationTimestamp",
                "managedFields",
                "ownerReferences",
                "finalizers",
                "selfLink");
        metadata.end();
        return new Header(
                document.origin(), apiVersion, kind, name, namespace.isEmpty() ? "default" : namespace, annotations);
    }
}
