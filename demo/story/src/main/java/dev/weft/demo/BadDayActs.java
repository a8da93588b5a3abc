package dev.weft.demo;

import dev.weft.demo.Act.Outcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** The acts in which something goes wrong, and the one about a change of mind. */
final class BadDayActs {
    private static final int RATE = 80;

    private final Stage stage;

    BadDayActs(Stage stage) {
        this.stage = stage;
    }

    List<Act> acts() {
        return List.of(
                new Act(
                        "A process dies",
                        "kills product-3 with SIGKILL under " + RATE + " calls/s",
                        "at least 50 calls/s are made and none fails; only an order may whose reservation, a POST, was"
                                + " with product-3 at that moment",
                        this::kill),
                new Act(
                        "A rule is saved",
                        "saves changes/release.yaml: everybody gets v2",
                        "it takes effect within seconds, with no restart",
                        this::release),
                new Act(
                        "A broken rule",
                        "saves changes/broken.yaml (a weight that is no number), makes 50 calls, and takes it back",
                        "it is refused with file, line, field and reason, and the last good rule goes on",
                        this::broken),
                new Act(
                        "The control plane dies",
                        "kills the control plane with SIGKILL, then 200 calls",
                        "every call is answered",
                        this::controlPlaneDies),
                new Act(
                        "A restart without control plane",
                        "stops order-v2 with SIGTERM, starts it again, then 40 calls",
                        "it comes back with what it knew before, and every call is answered by it",
                        this::restart));
    }

    private Outcome kill() throws Exception {
        var customers = stage.customers();
        int count = RATE * 6;
        long start = System.nanoTime();
        var load = CompletableFuture.supplyAsync(() -> customers.steady(count, RATE, customers::call));
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        var product = stage.fleet().products.get(2);
        var kill = stage.fleet().kill(product);
        var calls = load.get();
        long last = calls.stream().mapToLong(Call::startedAt).max().orElse(start);
        double rate = calls.size() / ((last - start) / 1e9);
        var books = Books.of(calls, stage.fleet().kills());
        double slowest = calls.stream().mapToDouble(Call::milliseconds).max().orElse(0);
        long pid = stage.fleet().process(product.name()).pid();
        Wait.until(
                "the control plane lets product-3 go",
                Wait.LONG,
                () -> !stage.mesh().up().contains(product.address()));
        double noticed = Wait.seconds(kill.sent());
        long after = calls.stream()
                .filter(call -> call.productProcesses().contains(pid))
                .count();
        return new Outcome(
                stage.options().inTime(rate >= 50) && books.failed() == 0,
                ("%d calls at %.0f/s, of which product-3 had taken part in %d; %d failed, %d cut off;"
                                + " the slowest took %.0f ms; the control plane let it go after %.1f s")
                        .formatted(calls.size(), rate, after, books.failed(), books.allowed(), slowest, noticed));
    }

    private Outcome release() throws Exception {
        long saved = stage.rules().save("release");
        var effect = firstOfARow(saved);
        return new Outcome(
                stage.options().inTime(effect < 10),
                "from the save until the first of 25 calls in a row to v2: %.2f s".formatted(effect));
    }

    /** Seconds from then until the first call of 25 in a row that v2 answered. */
    private double firstOfARow(long since) throws Exception {
        double first = 0;
        int row = 0;
        for (int n = 0; row < 25; n++) {
            var call = stage.customers().throughOrder(n, "customers");
            if (call.version().equals("v2")) {
                first = row == 0 ? (call.endedAt() - since) / 1e9 : first;
                row++;
            } else {
                row = 0;
            }
            if (Wait.seconds(since) > Wait.LONG.toSeconds()) {
                throw new IllegalStateException("the rule took no effect within " + Wait.LONG.toSeconds() + " s");
            }
        }
        return first;
    }

    private Outcome broken() throws Exception {
        long saved = stage.rules().save("broken");
        Wait.until(
                "the control plane refuses the file",
                Wait.LONG,
                () -> !stage.mesh().errors(Rules.ROUTES).isEmpty());
        double seconds = Wait.seconds(saved);
        var error = stage.mesh().errors(Rules.ROUTES).get(0);
        var calls = stage.customers().many(50, n -> stage.customers().throughOrder(n, "customers"));
        long v2 = calls.stream().filter(call -> call.version().equals("v2")).count();
        stage.rules().save("release");
        Wait.until(
                "the file is good again",
                Wait.LONG,
                () -> stage.mesh().errors(Rules.ROUTES).isEmpty());
        boolean told = error.path("line").asInt() > 0
                && !error.path("field").asText().isEmpty()
                && !error.path("reason").asText().isEmpty();
        return new Outcome(
                told && v2 == 50,
                "refused after %.2f s: %s line %s, %s: %s; %d of 50 calls still went to v2"
                        .formatted(
                                seconds,
                                Rules.ROUTES,
                                error.path("line").asText(),
                                error.path("field").asText(),
                                error.path("reason").asText(),
                                v2));
    }

    private Outcome controlPlaneDies() {
        stage.fleet().killControlPlane();
        var calls = stage.customers().many(200, stage.customers()::call);
        long good = calls.stream().filter(Call::good).count();
        return new Outcome(
                good == 200 && !stage.mesh().controlPlaneAnswers(),
                "the control plane is gone; %d of 200 calls answered, the slowest in %.0f ms"
                        .formatted(
                                good,
                                calls.stream()
                                        .map(Call::milliseconds)
                                        .max(Comparator.naturalOrder())
                                        .orElse(0.0)));
    }

    private Outcome restart() throws Exception {
        var order = stage.fleet().orderV2;
        long before = stage.fleet().process(order.name()).pid();
        long start = System.nanoTime();
        stage.fleet().stop(order);
        double stopped = Wait.seconds(start);
        stage.fleet().start(order);
        double ready =
                Wait.until("order-v2 is back", Wait.LONG, () -> stage.web().answers(order.address(), "/orders/ids"));
        var calls = stage.customers().many(40, n -> stage.customers().throughOrder(n, "customers"));
        long good = calls.stream().filter(call -> call.version().equals("v2")).count();
        return new Outcome(
                good == 40,
                "stopped in %.1f s, back after %.1f s (process %d is now %d); it answered %d of 40 calls"
                        .formatted(
                                stopped,
                                ready,
                                before,
                                stage.fleet().process(order.name()).pid(),
                                good));
    }
}
