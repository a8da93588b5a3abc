package dev.weft.control.rule;

import java.time.Instant;
import java.util.List;

/**
 * A set of rules as it once was in force.
 *
 * @param number from 1, in the order in which they came into force
 * @param version hash of what was in force
 * @param since when it came into force
 * @param changes what was different from the one before: {@code +}, {@code -} or {@code ~} and the name of a file
 * @param files how many it has
 */
public record RuleVersion(long number, String version, Instant since, List<String> changes, int files) {
    public RuleVersion {
        changes = List.copyOf(changes);
    }
}
