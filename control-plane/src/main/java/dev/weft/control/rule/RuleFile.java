package dev.weft.control.rule;

import java.util.List;

/**
 * What one file says. With an error in any document nothing of the file counts.
 *
 * @param name path below the rules' directory
 * @param warnings of what is right in itself and has no effect
 * @param skipped documents that are no rules, one finding for each
 */
public record RuleFile(
        String name,
        List<Entry> entries,
        List<Rule> rules,
        List<Finding> errors,
        List<Finding> warnings,
        List<Finding> skipped) {
    public RuleFile {
        entries = List.copyOf(entries);
        rules = List.copyOf(rules);
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
        skipped = List.copyOf(skipped);
    }

    /** One of rules alone. */
    RuleFile(String name, List<Entry> entries, List<Rule> rules, List<Finding> errors, List<Finding> warnings) {
        this(name, entries, rules, errors, warnings, List.of());
    }

    public boolean isGood() {
        return errors.isEmpty();
    }

    /** A file that could not be read at all. */
    static RuleFile unreadable(String name, String reason) {
        return new RuleFile(
                name, List.of(), List.of(), List.of(new Finding(new Origin(name, 1, 1), "", reason)), List.of());
    }

    /**
     * One document of it, good or bad.
     *
     * @param kind empty when it does not say
     * @param text as it stands in the file
     * @param errors its own
     */
    public record Entry(Origin origin, String kind, String name, String namespace, String text, List<Finding> errors) {
        public Entry {
            errors = List.copyOf(errors);
        }
    }
}
