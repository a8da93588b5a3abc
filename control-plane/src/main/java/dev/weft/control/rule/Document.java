package dev.weft.control.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One YAML document while it is read: where its nodes stand, and what was found wrong. */
final class Document {
    private static final int MAX_FINDINGS = 100;

    private final String file;
    private final List<Finding> findings;
    private final List<Finding> warnings;
    private final Budget budget;

    /**
     * @param findings for what is wrong
     * @param warnings for what is right and has no effect
     */
    Document(String file, List<Finding> findings, List<Finding> warnings, Budget budget) {
        this.file = file;
        this.findings = findings;
        this.warnings = warnings;
        this.budget = budget;
    }

    /**
     * How many nodes may still be read. Aliases make a small file large, and only here is it known how
     * large.
     */
    static final class Budget {
        private int left;

        Budget(int nodes) {
            left = nodes;
        }
    }

    /** The file holds more than anyone writes by hand. */
    static final class TooLargeException extends RuntimeException {
        TooLargeException() {
            super("has too many fields once its aliases are followed");
        }
    }

    void spend() {
        if (--budget.left < 0) {
            throw new TooLargeException();
        }
    }

    Origin origin(Node node) {
        Mark mark = node.getStartMark();
        return new Origin(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    void wrong(Node node, String path, String reason) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(origin(node), path, reason));
        }
    }

    void warn(Node node, String path, String reason) {
        if (warnings.size() < MAX_FINDINGS) {
            warnings.add(new Finding(origin(node), path, reason));
        }
    }

    @Nullable
    Fields object(Node node, String path) {
        spend();
        if (node instanceof MappingNode mapping) {
            return new Fields(this, path, mapping);
        }
        wrong(node, path, "must be a mapping, is " + Fields.show(node));
        return null;
    }

    /** Text that YAML does not take for something else. */
    @Nullable
    String text(Node node, String path) {
        spend();
        if (node instanceof ScalarNode scalar) {
            if (scalar.getTag().equals(Tag.STR)) {
                return scalar.getValue();
            }
            wrong(node, path, "must be text; write \"" + scalar.getValue() + "\" in quotes");
            return null;
        }
        wrong(node, path, "must be text, is " + Fields.show(node));
        return null;
    }
}
