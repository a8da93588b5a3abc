package dev.weft.engine.snapshot;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Every match of a pattern replaced (Envoy: {@code RegexMatchAndSubstitute}). In the substitution
 * {@code \0} stands for the match, {@code \1} to {@code \9} for a group and {@code \\} for a
 * backslash.
 */
public final class Substitution {
    private final Pattern pattern;
    private final String text;
    /** Literals, and between each two of them a group's number. */
    private final List<String> literals = new ArrayList<>();

    private final List<Integer> groups = new ArrayList<>();

    public Substitution(Pattern pattern, String text) {
        Bounds.steps(pattern, "regex");
        this.pattern = pattern;
        this.text = text;
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                literal.append(c);
                continue;
            }
            char next = ++i < text.length() ? text.charAt(i) : 0;
            if (next == '\\') {
                literal.append(next);
            } else if (next >= '0' && next <= '0' + Math.min(9, pattern.groupCount())) {
                literals.add(literal.toString());
                literal.setLength(0);
                groups.add(next - '0');
            } else {
                throw new IllegalArgumentException("substitution: '" + text + "' names a group that '"
                        + pattern.pattern() + "' has not, or ends in a backslash");
            }
        }
        literals.add(literal.toString());
    }

    /** The text with every match replaced. */
    public String apply(String input) {
        Matcher matcher = pattern.matcher(input);
        StringBuilder out = new StringBuilder();
        int copied = 0;
        while (matcher.find()) {
            out.append(input, copied, matcher.start()).append(literals.get(0));
            for (int i = 0; i < groups.size(); i++) {
                String group = matcher.group(groups.get(i));
                out.append(group == null ? "" : group).append(literals.get(i + 1));
            }
            copied = matcher.end();
        }
        return copied == 0 && out.length() == 0
                ? input
                : out.append(input, copied, input.length()).toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Substitution same && same.pattern.equals(pattern) && same.text.equals(text);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode() * 31 + text.hashCode();
    }

    @Override
    public String toString() {
        return pattern.pattern() + " -> " + text;
    }
}
