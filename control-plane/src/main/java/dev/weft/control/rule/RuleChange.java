package dev.weft.control.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came, or would come, of putting or deleting a rule. */
public sealed interface RuleChange {

    /**
     * It is done, or would be.
     *
     * @param entry the rule; null when it is deleted
     */
    record Done(Action action, RuleSet before, RuleSet after, RuleSet.@Nullable Entry entry) implements RuleChange {}

    /** The rule is wrong in itself. */
    record Refused(List<Finding> errors) implements RuleChange {
        public Refused {
            errors = List.copyOf(errors);
        }
    }

    /** Things stand so that it can't be done. */
    record Conflict(String reason) implements RuleChange {}

    /** The rule is not what whoever changes it takes it for. */
    record Stale(String reason) implements RuleChange {}

    /** There is no such rule. */
    record Missing() implements RuleChange {}

    /** It can't be done now, and nothing is known to be wrong with it: the store is away. */
    record Unavailable(String reason) implements RuleChange {}

    /** It could not be written down, or what is to come back could not be read. */
    record Failed(String reason) implements RuleChange {}

    /** What is different after it. */
    enum Action {
        CREATED,
        REPLACED,
        UNCHANGED,
        DELETED
    }
}
