package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code typed_per_filter_config}: nothing of it is done yet, so what is required is refused. */
final class PerFilter {
    private static final String ROUTE = "type.googleapis.com/envoy.config.route.v3.FilterConfig";
    private static final String FILTERS = "type.googleapis.com/envoy.extensions.filters.http.";

    private PerFilter() {}

    static void check(Message owner, int field, String where, Findings findings) {
        for (Message entry : owner.messages(field)) {
            String name = entry.string(1);
            var any = entry.message(2);
            String url = any.string(1);
            boolean optional = false;
            if (url.equals(ROUTE)) {
                var config = Message.of(any.bytes(2));
                optional = config.flag(2) || config.flag(3);
                url = config.message(1).string(1);
            }
            if (optional || url.startsWith(FILTERS + "fault.") || url.startsWith(FILTERS + "cors.")) {
                findings.unsupported("filter '" + name + "' (" + url + ")");
            } else {
                findings.refuse(where + ".typed_per_filter_config", "'" + name + "' (" + url + ") is not known here");
            }
        }
    }
}
