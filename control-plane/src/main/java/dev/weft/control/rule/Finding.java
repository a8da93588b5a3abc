package dev.weft.control.rule;

/**
 * What is wrong at one place of a rule file.
 *
 * @param field path of the field, such as {@code spec.http[0].timeout}; empty for the whole file
 */
public record Finding(Origin origin, String field, String reason) {
    @Override
    public String toString() {
        return origin + ":" + origin.column() + ": " + (field.isEmpty() ? "" : field + ": ") + reason;
    }
}
