package dev.weft.client.resource;

import dev.weft.engine.snapshot.Match.StringMatch;
import java.util.Locale;

/**
 * A condition on a subject alternative name of the peer.
 *
 * @param kind of the name as X.509 numbers them (2 DNS, 6 URI, 7 IP address); 0 for any
 */
public record SanMatch(int kind, StringMatch text) {
    /** Whether a name of the peer's certificate fulfils it. */
    public boolean matches(int nameKind, String name) {
        if (kind != 0 && kind != nameKind) {
            return false;
        }
        if (text instanceof StringMatch.Exact exact) {
            return exact.ignoreCase() || nameKind == 2
                    ? exact.text().equalsIgnoreCase(name)
                    : exact.text().equals(name);
        }
        if (text instanceof StringMatch.Prefix prefix) {
            return fold(name, prefix.ignoreCase()).startsWith(fold(prefix.text(), prefix.ignoreCase()));
        }
        if (text instanceof StringMatch.Suffix suffix) {
            return fold(name, suffix.ignoreCase()).endsWith(fold(suffix.text(), suffix.ignoreCase()));
        }
        if (text instanceof StringMatch.Contains contains) {
            return fold(name, contains.ignoreCase()).contains(fold(contains.text(), contains.ignoreCase()));
        }
        return text instanceof StringMatch.Regex regex && regex.regex().matches(name, 0, name.length());
    }

    private static String fold(String text, boolean ignoreCase) {
        return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** As explain shows it. */
    String shown() {
        if (text instanceof StringMatch.Exact exact) {
            return exact.text();
        }
        if (text instanceof StringMatch.Prefix prefix) {
            return prefix.text() + "*";
        }
        if (text instanceof StringMatch.Suffix suffix) {
            return "*" + suffix.text();
        }
        if (text instanceof StringMatch.Contains contains) {
            return "*" + contains.text() + "*";
        }
        return text instanceof StringMatch.Regex regex ? "~" + regex.regex() : "";
    }
}
