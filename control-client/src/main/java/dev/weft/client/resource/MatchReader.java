package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.QueryMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.PathTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code RouteMatch}, {@code HeaderMatcher} and {@code QueryParameterMatcher}. */
final class MatchReader {
    private static final String TEMPLATE =
            "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";

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
        List<QueryMatch> query = new ArrayList<>();
        for (Message parameter : match.messages(7)) {
            var read = parameter(parameter);
            if (read != null) {
                query.add(read);
            }
        }
        boolean grpc = match.has(8);
        match.ignore(8); // its options say nothing
        int perMillion = match.has(9)
                ? Fractions.perMillion(
                        match.message(9), where + ".match.runtime_fraction", "RouteMatch.runtime_fraction", findings)
                : Match.ALWAYS;
        // A condition that is left out would send calls where the rule does not want them.
        for (int field : match.unread()) {
            findings.refuse(where + ".match", FieldNames.of("RouteMatch", field) + " is not supported here");
        }
        return path == null ? null : new Match(path, headers, query, grpc, perMillion);
    }

    private @Nullable PathMatch path(Message match) {
        boolean ignoreCase = match.has(4) && !match.message(4).flag(1);
        if (match.has(2)) {
            return new PathMatch.Exact(match.string(2), ignoreCase);
        }
        if (match.has(1)) {
            return new PathMatch.Prefix(match.string(1), ignoreCase);
        }
        if (match.has(14)) {
            return separated(match.string(14), ignoreCase);
        }
        if (match.has(10)) {
            var pattern = RegexReader.read(match.message(10), where + ".match.safe_regex", findings);
            return pattern == null ? null : new PathMatch.Regex(pattern);
        }
        if (match.has(15)) {
            return template(match.message(15).message(2));
        }
        findings.refuse(where + ".match", "no path condition that is known here");
        return null;
    }

    private @Nullable PathMatch template(Message config) {
        String at = where + ".match.path_match_policy";
        if (!config.string(1).equals(TEMPLATE)) {
            findings.refuse(at, "'" + config.string(1) + "' is not known here");
            return null;
        }
        try {
            return new PathMatch.Template(
                    PathTemplate.parse(Message.of(config.bytes(2)).string(1)));
        } catch (IllegalArgumentException e) {
            findings.refuse(at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable PathMatch separated(String prefix, boolean ignoreCase) {
        if (prefix.length() < 2 || prefix.charAt(0) != '/' || prefix.endsWith("/")) {
            findings.refuse(
                    where + ".match.path_separated_prefix", "'" + prefix + "' must be /segments without end slash");
            return null;
        }
        return new PathMatch.SeparatedPrefix(prefix, ignoreCase);
    }

    @Nullable
    HeaderMatch header(Message header) {
        String name = header.string(1).toLowerCase(Locale.ROOT);
        String at = where + ".match.headers '" + name + "'";
        if (name.isEmpty()) {
            findings.refuse(where + ".match.headers", "a header without name");
            return null;
        }
        boolean invert = header.flag(8);
        boolean missingAsEmpty = header.flag(14);
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
            var pattern = RegexReader.read(header.message(11), at, findings);
            known = pattern != null;
            value = pattern == null ? null : new StringMatch.Regex(pattern);
        } else if (header.has(6)) {
            value = range(header.message(6), at);
            known = value != null;
        } else if (header.has(7)) {
            // present_match: false asks that the header is absent.
            invert ^= !header.flag(7);
        }
        for (int field : header.unread()) {
            findings.refuse(at, FieldNames.of("HeaderMatcher", field) + " is not supported here");
        }
        return known ? new HeaderMatch(name, value, invert, missingAsEmpty) : null;
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
            var pattern = RegexReader.read(match.message(5), at, findings);
            return pattern == null ? null : new StringMatch.Regex(pattern);
        }
        findings.refuse(at, "no text condition that is known here");
        return null;
    }

    private @Nullable StringMatch range(Message range, String at) {
        try {
            return new StringMatch.Range(range.number(1), range.number(2));
        } catch (IllegalArgumentException e) {
            findings.refuse(at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    @Nullable
    QueryMatch parameter(Message parameter) {
        String name = parameter.string(1);
        String at = where + ".match.query_parameters '" + name + "'";
        if (name.isEmpty()) {
            findings.refuse(where + ".match.query_parameters", "a parameter without name");
            return null;
        }
        var value = parameter.has(5) ? text(parameter.message(5), at) : null;
        // present_match: false asks that the parameter is absent.
        boolean invert = parameter.has(6) && !parameter.flag(6);
        for (int field : parameter.unread()) {
            findings.refuse(at, FieldNames.of("QueryParameterMatcher", field) + " is not supported here");
        }
        return parameter.has(5) && value == null ? null : new QueryMatch(name, value, invert);
    }
}
