package dev.weft.client.resource;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code RouteMatch} and {@code HeaderMatcher}. */
final class MatchReader {
    private final String where;
    private final Findings findings;

    MatchReader(String where, Findings findings) {
        this.where = where;
        this.findings = findings;
    }

    @Nullable
    Match read(Message match) {
        var path = path(match);
        List<HeaderMatch> headers = new ArrayList<>();
        for (Message header : match.messages(6)) {
            var read = header(header);
            if (read != null) {
                headers.add(read);
            }
        }
        // A condition that is left out would send calls where the rule does not want them.
        for (int field : match.unread()) {
            findings.refuse(where + ".match", FieldNames.of("RouteMatch", field) + " is not supported here");
        }
        return path == null ? null : new Match(path, headers);
    }

    private @Nullable PathMatch path(Message match) {
        if (match.has(4) && !match.message(4).flag(1)) {
            findings.refuse(where + ".match.case_sensitive", "only case sensitive paths are supported here");
        }
        if (match.has(2)) {
            return new PathMatch.Exact(match.string(2));
        }
        if (match.has(1)) {
            return new PathMatch.Prefix(match.string(1));
        }
        if (match.has(14)) {
            return separated(match.string(14));
        }
        if (match.has(10)) {
            var pattern = regex(match.message(10), where + ".match.safe_regex");
            return pattern == null ? null : new PathMatch.Regex(pattern);
        }
        findings.refuse(where + ".match", "no path condition that is known here");
        return null;
    }

    private @Nullable PathMatch separated(String prefix) {
        if (prefix.length() < 2 || prefix.charAt(0) != '/' || prefix.endsWith("/")) {
            findings.refuse(
                    where + ".match.path_separated_prefix", "'" + prefix + "' must be /segments without end slash");
            return null;
        }
        return new PathMatch.SeparatedPrefix(prefix);
    }

    private @Nullable HeaderMatch header(Message header) {
        String name = header.string(1).toLowerCase(Locale.ROOT);
        String at = where + ".match.headers '" + name + "'";
        if (name.isEmpty()) {
            findings.refuse(where + ".match.headers", "a header without name");
            return null;
        }
        boolean invert = header.flag(8);
        StringMatch value = null;
        boolean known = true;
        if (header.has(13)) {
            value = text(header.message(13), at);
            known = value != null;
        } else if (header.has(4)) {
            value = new StringMatch.Exact(header.string(4), false);
        } else if (header.has(9)) {
            value = new StringMatch.Prefix(header.string(9), false);
        } else if (header.has(10)) {
            value = new StringMatch.Suffix(header.string(10), false);
        } else if (header.has(12)) {
            value = new StringMatch.Contains(header.string(12), false);
        } else if (header.has(11)) {
            var pattern = regex(header.message(11), at);
            known = pattern != null;
            value = pattern == null ? null : new StringMatch.Regex(pattern);
        } else if (header.has(7)) {
            // present_match: false asks that the header is absent.
            invert ^= !header.flag(7);
        }
        for (int field : header.unread()) {
            findings.refuse(at, FieldNames.of("HeaderMatcher", field) + " is not supported here");
        }
        return known ? new HeaderMatch(name, value, invert) : null;
    }

    @Nullable
    StringMatch text(Message match, String at) {
        boolean ignoreCase = match.flag(6);
        if (match.has(1)) {
            return new StringMatch.Exact(match.string(1), ignoreCase);
        }
        if (match.has(2)) {
            return new StringMatch.Prefix(match.string(2), ignoreCase);
        }
        if (match.has(3)) {
            return new StringMatch.Suffix(match.string(3), ignoreCase);
        }
        if (match.has(7)) {
            return new StringMatch.Contains(match.string(7), ignoreCase);
        }
        if (match.has(5)) {
            var pattern = regex(match.message(5), at);
            return pattern == null ? null : new StringMatch.Regex(pattern);
        }
        findings.refuse(at, "no text condition that is known here");
        return null;
    }

    private @Nullable Pattern regex(Message matcher, String at) {
        String regex = matcher.string(2);
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            findings.refuse(at, "regex '" + regex + "' does not compile: " + e.getDescription());
            return null;
        } catch (StackOverflowError e) {
            findings.refuse(at, "a regex of " + regex.length() + " characters is nested too deeply");
            return null;
        }
    }
}
