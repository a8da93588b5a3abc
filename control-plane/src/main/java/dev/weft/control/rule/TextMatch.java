package dev.weft.control.rule;

/** A condition on text (Istio: {@code StringMatch}). */
public sealed interface TextMatch {
    record Exact(String text) implements TextMatch {}

    record Prefix(String text) implements TextMatch {}

    /** A path that is this one or goes on behind it with a slash (Gateway API: {@code PathPrefix}). */
    record Segments(String text) implements TextMatch {}

    /** The whole text matches, in RE2 syntax. */
    record Regex(String pattern) implements TextMatch {}
}
