package dev.weft.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the automaton gives a verdict, it is the library's. */
class PositionAutomatonTest {
    private static final String[] ATOMS = {
        "a", "b", "/", ".", "\\.", "\\d", "\\W", "\\s", "[ab]", "[^a]", "[a-c-]", "[]a]", "[^]b]", "[\\d/]", "[\\--/]",
        "[+-9]", "-", "_", "\n", "[[]", "\\\\", "[\\]]"
    };
    private static final String[] QUANTIFIERS = {
        "", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1,}", "{0,2}", "{2,}?"
    };
    private static final String TEXT = "aabbc/.0-_[] \n\\";

    private final Random random = new Random(4);

    private String regex(int depth) {
        StringBuilder regex = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            boolean group = depth > 0 && random.nextInt(3) == 0;
            String open = random.nextBoolean()
                    ? "("
                    : random.nextBoolean() ? "(?:" : "(?P<n" + random.nextInt(1_000_000) + ">";
            regex.append(group ? open + regex(depth - 1) + ")" : ATOMS[random.nextInt(ATOMS.length)])
                    .append(QUANTIFIERS[random.nextInt(QUANTIFIERS.length)]);
        }
        return random.nextInt(4) == 0 ? regex + "|" + (depth > 0 ? regex(depth - 1) : "") : regex.toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(random.nextInt(40) == 0 ? 'ä' : TEXT.charAt(random.nextInt(TEXT.length())));
        }
        return text.toString();
    }

    @Test
    void itsVerdictIsTheLibrarys() {
        int matched = 0;
        int judged = 0;
        for (int i = 0; i < 6000; i++) {
            String regex = (random.nextInt(6) == 0 ? "^" : "") + regex(2) + (random.nextInt(6) == 0 ? "$" : "");
            Pattern pattern;
            try {
                pattern = Pattern.compile(regex);
            } catch (PatternSyntaxException notRe2) {
                continue;
            }
            PositionAutomaton automaton = PositionAutomaton.of(regex);
            FullMatch full = new FullMatch(pattern);
            for (int j = 0; j < 40; j++) {
                String text = text();
                boolean expected = pattern.matches(text);
                assertEquals(expected, full.matches("xx" + text + "y", 2, 2 + text.length()), regex + " and " + text);
                int verdict = automaton == null ? PositionAutomaton.UNKNOWN : automaton.matches(text, 0, text.length());
                judged += verdict == PositionAutomaton.UNKNOWN ? 0 : 1;
                matched += verdict == PositionAutomaton.YES ? 1 : 0;
                if (verdict != PositionAutomaton.UNKNOWN) {
                    assertEquals(expected, verdict == PositionAutomaton.YES, regex + " and " + text);
                }
            }
        }
        assertTrue(judged > 100_000 && matched > 5_000, judged + " judged, " + matched + " matched");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/orders/[0-9]+",
                "/api/v\\d+/(users|groups)/[^/]+/?",
                ".*\\.(jpg|png)",
                "^/a/.*$",
                "[0-9a-f]{8}-[0-9a-f]{4}",
                "/(?P<id>\\w+)/x",
            })
    void whatRulesUsuallyHoldIsSmallEnough(String regex) {
        assertNotNull(PositionAutomaton.of(regex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)a",
                "\\bword",
                "[[:alpha:]]",
                "\\p{Greek}",
                "ä",
                "a^b",
                "\\Qa.b\\E",
                "a{65}",
                "(abcdefgh){9}",
                "(((((){64}){64}){64}){64}){64}",
            })
    void whatIsMoreIsLeftToTheLibrary(String regex) {
        assertNull(PositionAutomaton.of(regex));
    }
}
