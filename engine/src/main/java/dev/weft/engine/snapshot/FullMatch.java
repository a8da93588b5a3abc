package dev.weft.engine.snapshot;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that the whole of a text must match. Most of those that rules hold are small
 * enough for a {@link PositionAutomaton}, which allocates nothing; the library decides the others.
 */
public final class FullMatch {
    private final Pattern pattern;
    private final @Nullable PositionAutomaton automaton;

    public FullMatch(Pattern pattern) {
        Bounds.steps(pattern, "regex");
        this.pattern = pattern;
        // Flags change how the text is read.
        this.automaton = pattern.flags() == 0 ? PositionAutomaton.of(pattern.pattern()) : null;
    }

    public Pattern pattern() {
        return pattern;
    }

    /** Whether this part of a text matches from end to end. */
    public boolean matches(String text, int from, int to) {
        if (automaton != null) {
            int verdict = automaton.matches(text, from, to);
            if (verdict != PositionAutomaton.UNKNOWN) {
                return verdict == PositionAutomaton.YES;
            }
        }
        return pattern.matches(from == 0 && to == text.length() ? text : text.substring(from, to));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FullMatch same && same.pattern.equals(pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
