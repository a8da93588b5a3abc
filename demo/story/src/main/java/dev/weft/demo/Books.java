package dev.weft.demo;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the calls of the customers came to: which failed, and which of these may fail. */
record Books(long calls, long orders, long failed, long allowed) {

    /**
     * How an order fails whose reservation was on its way to a process when that died, as Spring and Apache HttpClient
     * word it. The cause comes as JSON inside of JSON, hence the marks around the address. A connection that was
     * refused is no such cause: then nothing was sent, and it may be sent elsewhere.
     */
    private static final Pattern CUT_OFF = Pattern.compile("POST request for \\W*http://product/reservations\\W.*"
            + "(failed to respond|Connection reset|Broken pipe|Connection (is )?closed)");

    /**
     * Of what failed only that may fail which nobody may send again: the reservation of an order, the one call of the
     * shop to a killed process that is not idempotent, and that only when it was under way at a kill.
     *
     * @param kills of services that are sent reservations
     */
    static Books of(List<Call> calls, List<Kill> kills) {
        var bad = calls.stream().filter(call -> !call.good()).toList();
        long allowed = bad.stream()
                .filter(Call::isOrder)
                .filter(call -> CUT_OFF.matcher(call.problem()).find())
                .filter(call -> kills.stream().anyMatch(kill -> kill.during(call)))
                .count();
        long orders = calls.stream().filter(Call::isOrder).count();
        return new Books(calls.size(), orders, bad.size() - allowed, allowed);
    }

    double shareOfOrders() {
        return calls == 0 ? 0 : (double) orders / calls;
    }

    /** How often each order id stands in what these instances keep. */
    static Map<String, Integer> rows(Web web, List<Member> keepers, String path) throws IOException {
        var rows = new HashMap<String, Integer>();
        for (var member : keepers) {
            var reply = web.get(member.address(), path);
            if (!reply.good()) {
                throw new IOException(member.name() + " answered " + reply.status());
            }
            reply.json().forEach(id -> rows.merge(id.asText(), 1, Integer::sum));
        }
        return rows;
    }
}
