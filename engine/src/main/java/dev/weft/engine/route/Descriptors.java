package dev.weft.engine.route;

import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.Match.QueryMatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What makes a call one of a kind (Envoy: {@code RateLimit.actions}). */
public final class Descriptors {
    private Descriptors() {}

    /**
     * The entries that parts make of a call; null for a call that is not of this kind.
     *
     * @param cluster where it is about to be sent; null where it is answered here
     */
    public static @Nullable List<Entry> of(List<Part> parts, Request request, @Nullable String cluster) {
        List<Entry> entries = new ArrayList<>(parts.size());
        for (Part part : parts) {
            if (!add(part, request, cluster, entries)) {
                return null;
            }
        }
        return entries;
    }

    /** Whether the call may still be of the kind. */
    private static boolean add(Part part, Request request, @Nullable String cluster, List<Entry> to) {
        if (part instanceof Part.GenericKey same) {
            to.add(new Entry(same.key(), same.value()));
        } else if (part instanceof Part.RequestHeader header) {
            return value(header.key(), Conditions.value(header.header(), request), header.skipIfAbsent(), to);
        } else if (part instanceof Part.QueryParameter query) {
            return value(query.key(), Queries.first(request.path(), query.parameter()), query.skipIfAbsent(), to);
        } else if (part instanceof Part.HeaderValueMatch match) {
            to.add(new Entry(match.key(), match.value()));
            return Conditions.hold(match.headers(), request) == match.expected();
        } else if (part instanceof Part.QueryValueMatch match) {
            to.add(new Entry(match.key(), match.value()));
            return hold(match.parameters(), request) == match.expected();
        } else if (part instanceof Part.RemoteAddress) {
            return value("remote_address", request.source(), false, to);
        } else if (part instanceof Part.MaskedRemoteAddress mask) {
            String source = request.source();
            String network = source == null ? null : AddressPrefix.of(source, mask.four(), mask.six());
            return value("masked_remote_address", network, false, to);
        } else if (cluster != null) {
            to.add(new Entry("destination_cluster", cluster));
        } else {
            return false;
        }
        return true;
    }

    private static boolean value(String key, @Nullable String value, boolean skip, List<Entry> to) {
        if (value != null) {
            to.add(new Entry(key, value));
        }
        return value != null || skip;
    }

    private static boolean hold(List<QueryMatch> parameters, Request request) {
        for (int i = 0; i < parameters.size(); i++) {
            if (!Queries.matches(parameters.get(i), request.path())) {
                return false;
            }
        }
        return true;
    }
}
