package dev.weft.control.rule;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a document says it is.
 *
 * @param kind empty when it does not say
 */
record Header(
        Origin origin, String apiVersion, String kind, String name, String namespace, Map<String, String> annotations) {
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
