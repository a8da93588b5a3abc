package dev.weft.control.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What a document says it is, before it is read as a rule: a file may hold what others made of it ({@code kubectl get -o
 * yaml}), and what is for others.
 *
 * @param apiVersion empty where it says none
 * @param name empty where it says none
 */
record Kind(String apiVersion, String name) {
    /** Groups whose kinds are rules, or look like them: what isn't known of these is a mistake, or missed. */
    private static final List<String> OURS =
            List.of("istio.io", "gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "weft.dev");

    static Kind of(Node document) {
        return new Kind(text(document, "apiVersion"), text(document, "kind"));
    }

    private boolean isList() {
        return apiVersion.equals("v1") && name.equals("List");
    }

    /** Null where it is no list, or its items are none: it is read as a rule then, which says what is wrong. */
    @Nullable
    List<Node> items(Node document) {
        return isList() && value(document, "items") instanceof SequenceNode items ? items.getValue() : null;
    }

    /** Whether somebody else's it is, beyond doubt. */
    boolean isOthers() {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        boolean isKnown = RuleParser.KINDS.contains(name) || RuleParser.NOT_YET.contains(name);
        boolean isOurs = OURS.stream().anyMatch(own -> group.equals(own) || group.endsWith("." + own));
        boolean isVersion = apiVersion.substring(slash + 1).matches("v[0-9]+((alpha|beta)[0-9]+)?");
        return !name.isEmpty() && isVersion && !isKnown && !isOurs && !isList();
    }

    private static String text(Node document, String field) {
        return value(document, field) instanceof ScalarNode scalar
                        && scalar.getTag().equals(Tag.STR)
                ? scalar.getValue()
                : "";
    }

    private static @Nullable Node value(Node document, String field) {
        if (document instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(field)) {
                    return tuple.getValueNode();
                }
            }
        }
        return null;
    }
}
