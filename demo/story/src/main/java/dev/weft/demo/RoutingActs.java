package dev.weft.demo;

import dev.weft.demo.Act.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The acts in which everything is well: names, versions, rules. */
final class RoutingActs {
    private final Stage stage;

    RoutingActs(Stage stage) {
        this.stage = stage;
    }

    List<Act> acts() {
        return List.of(
                new Act(
                        "Calls by name",
                        "200 calls to the front page, which calls http://user, http://order and http://product",
                        "every call is answered, and all three instances of product take part",
                        this::callsByName),
                new Act(
                        "The same jars without the agent",
                        "starts the same front.jar and order.jar without -javaagent and calls them",
                        "they can't reach anybody: nobody else knows these names",
                        this::withoutAgent),
                new Act(
                        "A canary",
                        "saves changes/canary.yaml (90 % v1, 10 % v2), then 2,000 calls, a quarter of them orders",
                        "v2 answers between 7 and 13 %",
                        this::canary),
                new Act(
                        "Testers",
                        "saves changes/testers.yaml, then 100 calls with x-user-group: testers and 100 without",
                        "every tester gets v2, most of the others v1",
                        this::testers));
    }

    private Outcome callsByName() {
        var known = Stream.of("user", "order", "product")
                .filter(RoutingActs::isInDns)
                .toList();
        long start = System.nanoTime();
        var calls = stage.customers().many(200, stage.customers()::call);
        double seconds = Wait.seconds(start);
        var share = new TreeMap<Long, Integer>();
        calls.forEach(
                call -> call.productProcesses().stream().distinct().forEach(p -> share.merge(p, 1, Integer::sum)));
        long good = calls.stream().filter(Call::good).count();
        var dns = known.isEmpty() ? "DNS knows none of the names" : "DNS happens to know " + known;
        return new Outcome(
                good == 200 && share.size() == 3,
                "%s; %d of 200 answered in %.1f s; calls per product process %s".formatted(dns, good, seconds, share));
    }

    private Outcome withoutAgent() throws Exception {
        int frontPort = stage.machine().freePort();
        int orderPort = stage.machine().freePort();
        var front = "127.0.0.1:" + frontPort;
        var order = "127.0.0.1:" + orderPort;
        var plain = List.of(
                stage.fleet().startPlain("front", frontPort), stage.fleet().startPlain("order", orderPort));
        try {
            // Any answer will do: an error page says as well as a page that the application is there.
            double ready = Wait.until("both without agent", Wait.LONG, () -> isUp(front) && isUp(order));
            var quote = stage.web().get(front, "/api/quotes/tea");
            var page = stage.web().get(front, "/api/page/ada");
            var price = stage.web().get(order, "/quotes/tea");
            return new Outcome(
                    quote.status() == 502 && page.status() == 502 && price.status() == 502,
                    "started in %.1f s; a quote: %d, %s; the page: %d; a quote of order: %d, %s"
                            .formatted(
                                    ready,
                                    quote.status(),
                                    Text.cause(quote.json()),
                                    page.status(),
                                    price.status(),
                                    Text.cause(price.json())));
        } finally {
            plain.forEach(stage.processes()::kill);
        }
    }

    private boolean isUp(String address) {
        try {
            return stage.web().get(address, "/").status() > 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    private Outcome canary() throws Exception {
        long saved = stage.rules().save("canary");
        Wait.until(
                "the canary takes effect",
                Wait.LONG,
                () -> stage.customers().throughOrder(1, "customers").version().equals("v2"));
        double effect = Wait.seconds(saved);
        long start = System.nanoTime();
        var calls = stage.customers().many(2_000, n -> stage.customers().throughOrder(n, "customers"));
        double seconds = Wait.seconds(start);
        long v2 = calls.stream().filter(call -> call.version().equals("v2")).count();
        double percent = 100.0 * v2 / calls.size();
        return new Outcome(
                percent >= 7 && percent <= 13,
                "first seen after %.2f s; v2 answered %d of 2000 calls = %.1f %%, in %.1f s (%.0f calls/s)"
                        .formatted(effect, v2, percent, seconds, 2_000 / seconds));
    }

    private Outcome testers() throws Exception {
        stage.rules().save("testers");
        Wait.until("the rule for testers takes effect", Wait.LONG, () -> {
            var calls = stage.customers().many(8, n -> stage.customers().throughOrder(n, "testers"));
            return calls.stream().allMatch(call -> call.version().equals("v2"));
        });
        var testers = stage.customers().many(100, n -> stage.customers().throughOrder(n, "testers"));
        var others = stage.customers().many(100, n -> stage.customers().throughOrder(n, "customers"));
        long testersV2 =
                testers.stream().filter(call -> call.version().equals("v2")).count();
        long othersV1 =
                others.stream().filter(call -> call.version().equals("v1")).count();
        return new Outcome(
                testersV2 == 100 && othersV1 > 70,
                String.format(Locale.ROOT, "%d of 100 testers got v2; %d of 100 others got v1", testersV2, othersV1));
    }

    private static boolean isInDns(String name) {
        try {
            return InetAddress.getByName(name) != null;
        } catch (UnknownHostException expected) {
            return false;
        }
    }
}
