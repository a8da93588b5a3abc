package dev.weft.demo;

import dev.weft.demo.Act.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The acts that look inside: why a call went where it went, the way of one call, and the books. */
final class InsightActs {
    private final Stage stage;

    InsightActs(Stage stage) {
        this.stage = stage;
    }

    List<Act> acts() {
        return List.of(
                new Act(
                        "One call explained",
                        "asks the front page's agent: weft explain --pid <front> -X POST http://order/orders",
                        "the rule that matched, the candidates, and order-v2 as the pick",
                        this::explain),
                new Act(
                        "One trace",
                        "places an order with a traceparent header, then asks every agent for that trace",
                        "spans of front, order, user and product, each under its caller's",
                        this::trace),
                new Act(
                        "The books",
                        "reads the order ids from the databases of both order services, and those of the reservations"
                                + " from the products that live",
                        "every order that was confirmed stands there once, and no order or reservation twice",
                        this::books));
    }

    private Outcome explain() throws Exception {
        var fleet = stage.fleet();
        var command = stage.options()
                .weft(
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        "explain",
                        "--pid",
                        Long.toString(fleet.process("front").pid()),
                        "-X",
                        "POST",
                        "http://order/orders");
        var log = stage.processes().log("explain");
        var process = stage.processes()
                .start(
                        "explain",
                        command,
                        Map.of("WEFT_RUNTIME_DIR", fleet.runtime().toString()));
        int exit = process.waitFor();
        stage.processes().stop(process);
        var text = Files.readString(log.toPath());
        boolean picked = text.contains(fleet.orderV2.address()) && text.contains("released");
        return new Outcome(exit == 0 && picked, "exit " + exit + "\n" + Text.indent(text, "    | "));
    }

    private Outcome trace() throws Exception {
        var traceId = UUID.randomUUID().toString().replace("-", "");
        var call = stage.customers()
                .order(0, "customers", "traceparent", "00-" + traceId + "-" + traceId.substring(16) + "-01");
        if (!call.good()) {
            return new Outcome(false, "the order failed: " + call.problem());
        }
        var spans = new ArrayList<Mesh.Span>();
        // A span is kept when its call has ended, which is a moment after the caller saw the answer.
        Wait.until("the trace is whole", Wait.LONG, () -> {
            spans.clear();
            spans.addAll(collect(traceId));
            return spans.size() >= 9;
        });
        boolean linked = spans.stream()
                .allMatch(span -> span.parent().equals(traceId.substring(16))
                        || spans.stream().anyMatch(other -> other.id().equals(span.parent())));
        long services =
                spans.stream().map(span -> span.member().service()).distinct().count();
        return new Outcome(
                linked && services == 4,
                "%d spans of %d services in trace %s%n%s"
                        .formatted(
                                spans.size(),
                                services,
                                traceId,
                                Text.indent(tree(spans, traceId.substring(16), ""), "    | ")));
    }

    private List<Mesh.Span> collect(String traceId) throws IOException {
        var spans = new ArrayList<Mesh.Span>();
        for (var member : stage.fleet().members()) {
            if (stage.fleet().process(member.name()).isAlive()) {
                spans.addAll(stage.mesh().spans(member, traceId));
            }
        }
        return spans;
    }

    private static String tree(List<Mesh.Span> spans, String parent, String indent) {
        var text = new StringBuilder();
        spans.stream()
                .filter(span -> span.parent().equals(parent))
                .sorted(Comparator.comparing(Mesh.Span::name))
                .forEach(span -> text.append(indent)
                        .append("%s  %s  %s%n".formatted(span.member().name(), span.kind(), span.name()))
                        .append(tree(spans, span.id(), indent + "  ")));
        return text.toString();
    }

    private Outcome books() throws Exception {
        var fleet = stage.fleet();
        var rows = Books.rows(stage.web(), List.of(fleet.orderV1, fleet.orderV2), "/orders/ids");
        var reserved = Books.rows(stage.web(), fleet.products.subList(0, 2), "/reservations/ids");
        var orders = stage.customers().made().stream().filter(Call::isOrder).toList();
        long missing = orders.stream()
                .filter(Call::good)
                .filter(order -> !rows.containsKey(order.orderId()))
                .count();
        long twice = Stream.of(rows, reserved)
                .flatMap(kept -> kept.values().stream())
                .filter(count -> count > 1)
                .count();
        double share = Books.of(stage.customers().made(), List.of()).shareOfOrders();
        return new Outcome(
                missing == 0 && twice == 0 && share >= 0.2,
                ("%d orders sent (%.0f %% of all calls), %d rows, %d reservations; %d confirmed but missing,"
                                + " %d there twice")
                        .formatted(orders.size(), 100 * share, rows.size(), reserved.size(), missing, twice));
    }
}
