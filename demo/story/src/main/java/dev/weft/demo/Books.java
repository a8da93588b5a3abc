package dev.weft.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The bookkeeping at the end: what failed, what may fail, and whether the database agrees with the customers. */
final class Books {
    private final Customers customers;
    private final List<Long> kills = new ArrayList<>();

    Books(Customers customers) {
        this.customers = customers;
    }

    /** A process is killed now. */
    synchronized void kill() {
        kills.add(System.nanoTime());
    }

    long failed() {
        return customers.made().stream()
                .filter(call -> !call.good() && !allowed(call))
                .count();
    }

    long allowed() {
        return customers.made().stream()
                .filter(call -> !call.good() && allowed(call))
                .count();
    }

    /** Only an order that was under way when a process was killed may fail: nobody may send it again. */
    private synchronized boolean allowed(Call call) {
        return call.isOrder() && kills.stream().anyMatch(kill -> call.startedAt() <= kill && kill <= call.endedAt());
    }

    double shareOfOrders() {
        var made = customers.made();
        return made.isEmpty() ? 0 : (double) made.stream().filter(Call::isOrder).count() / made.size();
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
