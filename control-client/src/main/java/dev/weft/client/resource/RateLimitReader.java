package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.QueryMatch;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.RateLimits.Kind;
import dev.weft.engine.snapshot.RateLimits.OfHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code route.v3.RateLimit}: by which properties calls are told apart. */
final class RateLimitReader {
    /** Of an action: what is made of the route's own metadata, or of what filters found out. */
    private static final int METADATA = 8;

    private static final int MASKED = 10;

    private static final Set<Integer> KNOWN = Set.of(2, 3, 4, 5, 6, METADATA, 11, 12, MASKED);

    private final String where;
    private final Findings findings;
    private final @Nullable Message route;

    /** @param route the metadata of the route that it is read for; null where it is for many */
    RateLimitReader(String where, Findings findings, @Nullable Message route) {
        this.where = where + ".rate_limits";
        this.findings = findings;
        this.route = route;
    }

    static int stage(long stage, String where, Findings findings) {
        if (stage < 0 || stage > 10) {
            findings.refuse(where, stage + " is out of range");
            return 0;
        }
        return (int) stage;
    }

    static OfHost ofHost(long option, String where, Findings findings) {
        if (option < 0 || option >= OfHost.values().length) {
            findings.refuse(where, option + " is not known here");
            return OfHost.OVERRIDE;
        }
        return OfHost.values()[(int) option];
    }

    /** What a route and its host say. */
    RateLimits read(Message action, Message host) {
        var own = kinds(action.messages(13));
        var ofHost = kinds(host.messages(6));
        boolean both = action.wrapped(14, 0) != 0;
        return own.isEmpty() && ofHost.isEmpty() ? RateLimits.NONE : new RateLimits(own, ofHost, both);
    }

    private List<Kind> kinds(List<Message> limits) {
        List<Kind> kinds = new ArrayList<>();
        for (Message limit : limits) {
            var kind = read(limit);
            // Nobody is limited by a kind without parts; but its route has said something, so the host's don't count.
            kinds.add(kind == null ? new Kind(0, List.of()) : kind);
        }
        return kinds;
    }

    /** Null where no call is of this kind, or where a part is not known here: its calls can't be told from others. */
    @Nullable
    Kind read(Message limit) {
        List<Part> parts = new ArrayList<>();
        boolean any = true;
        for (Message action : limit.messages(3)) {
            if (action.unread().isEmpty()) {
                findings.refuse(where + ".actions", "an action that says nothing");
            } else if (!KNOWN.containsAll(action.unread())) {
                for (int field : action.unread()) {
                    findings.unsupported("RateLimit.Action." + FieldNames.of("RateLimit.Action", field));
                }
                any = false;
            } else {
                any &= action.has(METADATA) ? metadata(action.message(METADATA), parts) : parts.add(part(action));
            }
        }
        int stage = stage(limit.wrapped(1, 0), where + ".stage", findings);
        RuntimeKeys.report(limit, 2, "RateLimit.disable_key", findings);
        findings.unread(limit, "RateLimit");
        if (limit.flag(6)) { // counted by what the answer was: not before it
            return null;
        }
        return any ? new Kind(stage, parts) : null;
    }

    private Part part(Message action) {
        if (action.has(3)) {
            var header = action.message(3);
            return new Part.RequestHeader(
                    required(header.string(1), "request_headers.header_name").toLowerCase(Locale.ROOT),
                    header.string(2),
                    header.flag(3));
        }
        if (action.has(4)) {
            action.ignore(4);
            return new Part.RemoteAddress();
        }
        if (action.has(MASKED)) {
            return masked(action.message(MASKED));
        }
        if (action.has(5)) {
            var same = action.message(5);
            return new Part.GenericKey(key(same.string(2), "generic_key"), same.string(1));
        }
        if (action.has(6)) {
            return headers(action.message(6));
        }
        if (action.has(11)) {
            return query(action.message(11));
        }
        if (action.has(12)) {
            var query = action.message(12);
            return new Part.QueryParameter(
                    required(query.string(1), "query_parameters.query_parameter_name"), query.string(2), query.flag(3));
        }
        action.ignore(2);
        return new Part.DestinationCluster();
    }

    private Part masked(Message mask) {
        try {
            return new Part.MaskedRemoteAddress((int) mask.wrapped(1, 32), (int) mask.wrapped(2, 128));
        } catch (IllegalArgumentException e) {
            findings.refuse(where + ".actions", String.valueOf(e.getMessage()));
            return new Part.RemoteAddress();
        }
    }

    private String required(String name, String field) {
        if (name.isEmpty()) {
            findings.refuse(where + ".actions." + field, "is empty");
            return "-";
        }
        return name;
    }

    private Part headers(Message match) {
        List<HeaderMatch> headers = new ArrayList<>();
        for (Message header : match.messages(3)) {
            var read = new MatchReader(where, findings).header(header);
            if (read != null) {
                headers.add(read);
            }
        }
        return new Part.HeaderValueMatch(
                key(match.string(4), "header_match"), match.string(1), match.wrapped(2, 1) != 0, headers);
    }

    private Part query(Message match) {
        List<QueryMatch> parameters = new ArrayList<>();
        for (Message parameter : match.messages(3)) {
            var read = new MatchReader(where, findings).parameter(parameter);
            if (read != null) {
                parameters.add(read);
            }
        }
        return new Part.QueryValueMatch(
                key(match.string(4), "query_match"), match.string(1), match.wrapped(2, 1) != 0, parameters);
    }

    /**
     * The text that stands in the route's metadata, which is the same for all of its calls. There is no filter here
     * that finds more out. Whether a call may still be of the kind.
     */
    private boolean metadata(Message metadata, List<Part> parts) {
        String value = "";
        boolean ofRoute = metadata.number(4) == 1;
        var key = metadata.message(2);
        if (ofRoute && route == null) {
            findings.unsupported("RateLimit.Action.metadata of a route, for the rate_limits of a filter");
            return false;
        }
        if (ofRoute && route != null) {
            value = text(route, key);
        }
        value = value.isEmpty() ? metadata.string(3) : value;
        boolean skip = metadata.flag(5);
        if (!value.isEmpty()) {
            parts.add(new Part.GenericKey(metadata.string(1), value));
        }
        return skip || !value.isEmpty();
    }

    /** Empty where there is none, or something else than text. */
    private static String text(Message metadata, Message key) {
        String namespace = key.string(1);
        var at = Message.EMPTY;
        for (Message entry : metadata.messages(1)) {
            at = entry.string(1).equals(namespace) ? entry.message(2) : at;
        }
        var value = Message.EMPTY;
        for (Message segment : key.messages(2)) {
            value = Structs.member(at, segment.string(1));
            at = value.message(5);
        }
        return value.string(3);
    }

    private static String key(String given, String usual) {
        return given.isEmpty() ? usual : given;
    }
}
