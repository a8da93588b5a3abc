package dev.weft.demo;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the calls of the customers came to: which failed, and which of these may fail. */
record Books(long calls, long orders, long failed, long allowed) {

    /** Only an order that was under way when a process was killed may fail: nobody may send it again. */
    static Books of(List<Call> calls, List<Long> kills) {
        var bad = calls.stream().filter(call -> !call.good()).toList();
        long allowed = bad.stream()
                .filter(Call::isOrder)
                .filter(call -> kills.stream().anyMatch(kill -> call.startedAt() <= kill && kill <= call.endedAt()))
                .count();
        long orders = calls.stream().filter(Call::isOrder).count();
        return new Books(calls.size(), orders, bad.size() - allowed, allowed);
    }

    double shareOfOrders() {
        return calls == 0 ? 0 : (double) orders / calls;
    }

    /** How often each order id stands in the databases of these instances. */
    static Map<String, Integer> rows(Web web, List<Member> orderServices) throws IOException {
        var rows = new HashMap<String, Integer>();
        for (var member : orderServices) {
            var reply = web.get(member.address(), "/orders/ids");
            if (!reply.good()) {
                throw new IOException(member.name() + " answered " + reply.status());
            }
            reply.json().forEach(id -> rows.merge(id.asText(), 1, Integer::sum));
        }
        return rows;
    }
}
