package dev.weft.client.resource;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Substitution;
import dev.weft.protocol.regex.Repetition;
import org.jspecify.annotations.Nullable;

/** {@code RegexMatcher} and {@code RegexMatchAndSubstitute}; what would grow beyond reason is refused. */
final class RegexReader {
    private RegexReader() {}

    static @Nullable Pattern read(Message matcher, String at, Findings findings) {
        String regex = matcher.string(2);
        if (Repetition.of(regex) > Repetition.MOST) {
            findings.refuse(
                    at, "a regex repeats something more than " + Repetition.MOST + " times, nested counts multiplied");
            return null;
        }
        if ((long) Repetition.of(regex) * regex.length() > Repetition.MOST_WRITTEN) {
            findings.refuse(at, "a regex of " + regex.length() + " characters repeats too much of them");
            return null;
        }
        try {
            var pattern = Pattern.compile(regex);
            if (pattern.programSize() > Repetition.MOST_STEPS) {
                findings.refuse(
                        at, "a regex becomes " + pattern.programSize() + " steps, more than " + Repetition.MOST_STEPS);
                return null;
            }
            return pattern;
        } catch (PatternSyntaxException e) {
            findings.refuse(at, "regex '" + regex + "' does not compile: " + e.getDescription());
            return null;
        } catch (StackOverflowError e) {
            findings.refuse(at, "a regex of " + regex.length() + " characters is nested too deeply");
            return null;
        }
    }

    static @Nullable Substitution substitution(Message rewrite, String at, Findings findings) {
        var pattern = read(rewrite.message(1), at + ".pattern", findings);
        try {
            return pattern == null ? null : new Substitution(pattern, rewrite.string(2));
        } catch (IllegalArgumentException e) {
            findings.refuse(at, String.valueOf(e.getMessage()));
            return null;
        }
    }
}
