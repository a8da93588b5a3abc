package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.State;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.serve.Client;
import dev.weft.control.serve.Latencies;
import dev.weft.control.serve.Loads;
import dev.weft.control.serve.Pushes;
import dev.weft.control.store.Types;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** {@code /metrics}: the control plane about itself, in the text of Prometheus (version 0.0.4). */
final class Metrics {
    private final RestApi.Subjects subjects;
    private final SerialQueue queue;
    private final Answers answers;
    private final IntSupplier watchers;

    Metrics(RestApi.Subjects subjects, SerialQueue queue, Answers answers, IntSupplier watchers) {
        this.subjects = subjects;
        this.queue = queue;
        this.answers = answers;
        this.watchers = watchers;
    }

    List<Operation> operations() {
        return List.of(new Operation("GET", "/metrics", Set.of(), this::get, Operation.Reader.PROBE));
    }

    private void get(Call call) {
        long asked = queue.nanos();
        answers.answer(call, () -> {
            MetricText text = new MetricText();
            text.gauge(
                    "weft_control_queue_delay_seconds",
                    "How long this request waited for the thread that owns all state",
                    (queue.nanos() - asked) / 1e9);
            text.gauge("weft_control_queue_tasks", "Tasks that wait for that thread, timers included", queue.waiting());
            clients(text);
            pushes(text);
            loads(text);
            resources(text);
            rules(text);
            registry(text);
            text.gauge(
                    "weft_control_store_up",
                    "0 while the store that replicas share does not answer, and nothing can be changed",
                    subjects.away().get() == null ? 1 : 0);
            text.gauge("weft_control_watchers", "Watches of the REST API", watchers.getAsInt());
            text.gauge(
                    "weft_control_heap_bytes",
                    "Heap in use",
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            text.gauge(
                    "process_start_time_seconds",
                    "When the process began, since 1970",
                    ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
            return new Response(
                    200,
                    Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                    text.toString().getBytes(StandardCharsets.UTF_8));
        });
    }

    private void clients(MetricText text) {
        List<Client> clients = subjects.clients().clients();
        text.gauge("weft_control_clients", "Connected agents", clients.size());
        text.gauge(
                "weft_control_clients_out_of_sync",
                "Agents that have not taken everything they should have",
                clients.stream().filter(client -> !client.isInSync()).count());
        text.gauge(
                "weft_control_refused_resources",
                "Resources that agents refuse now",
                clients.stream().mapToInt(client -> client.refused().size()).sum());
    }

    private void pushes(MetricText text) {
        Pushes pushes = subjects.clients().pushes();
        Map<String, Pushes.Sums> byType = new TreeMap<>(pushes.byType());
        text.head("weft_control_responses_total", "counter", "Responses sent to agents");
        byType.forEach(
                (type, sums) -> text.line("weft_control_responses_total", "type", shown(type), sums.responses()));
        text.head("weft_control_sent_resources_total", "counter", "Resources sent, or said to be gone");
        byType.forEach(
                (type, sums) -> text.line("weft_control_sent_resources_total", "type", shown(type), sums.resources()));
        text.head("weft_control_sent_bytes_total", "counter", "Bytes of resources sent");
        byType.forEach((type, sums) -> text.line("weft_control_sent_bytes_total", "type", shown(type), sums.bytes()));
        text.head("weft_control_acks_total", "counter", "Responses that agents have taken");
        byType.forEach((type, sums) -> text.line("weft_control_acks_total", "type", shown(type), sums.acks()));
        text.head("weft_control_nacks_total", "counter", "Responses that agents have refused, in part or whole");
        byType.forEach((type, sums) -> text.line("weft_control_nacks_total", "type", shown(type), sums.nacks()));
        latencies(
                text,
                "weft_control_send_latency_seconds",
                "From the arrival of a change until it was handed to the connection of an agent",
                pushes.sends());
        latencies(
                text,
                "weft_control_push_latency_seconds",
                "From the arrival of a change to the word of an agent that it has taken it",
                pushes.takes());
    }

    private static void latencies(MetricText text, String name, String help, Latencies latencies) {
        text.head(name, "histogram", help);
        for (int i = 0; i < Latencies.BUCKETS.size(); i++) {
            text.line(name + "_bucket", "le", Latencies.BUCKETS.get(i).toString(), latencies.within(i));
        }
        text.line(name + "_bucket", "le", "+Inf", latencies.count());
        text.line(name + "_sum", latencies.seconds());
        text.line(name + "_count", latencies.count());
    }

    private void loads(MetricText text) {
        long successful = 0;
        long failed = 0;
        long dropped = 0;
        long inProgress = 0;
        for (Loads.Load load : subjects.loads().all()) {
            dropped += load.dropped();
            for (Loads.Part part : load.localities()) {
                successful += part.successful();
                failed += part.failed();
                inProgress += part.inProgress();
            }
        }
        text.head("weft_control_load_reports_total", "counter", "Reports of load that have come");
        text.line("weft_control_load_reports_total", subjects.loads().reports());
        text.head("weft_control_reported_calls", "gauge", "Calls to clusters that there are, as clients report them");
        text.line("weft_control_reported_calls", "outcome", "successful", successful);
        text.line("weft_control_reported_calls", "outcome", "failed", failed);
        text.line("weft_control_reported_calls", "outcome", "dropped", dropped);
        text.gauge("weft_control_reported_calls_in_progress", "Calls that clients have under way", inProgress);
    }

    private void resources(MetricText text) {
        text.head("weft_control_resources", "gauge", "Resources that agents may ask for");
        Types.SHARED.forEach(type -> text.line(
                "weft_control_resources", "type", shown(type), subjects.store().size(type)));
        text.head("weft_control_resource_bytes", "gauge", "Size of those of them that somebody has asked for");
        Types.SHARED.forEach(type -> text.line(
                "weft_control_resource_bytes",
                "type",
                shown(type),
                subjects.store().bytes(type)));
        text.head("weft_control_resource_changes_total", "counter", "How often a resource has changed");
        text.line("weft_control_resource_changes_total", subjects.store().changes());
    }

    private void rules(MetricText text) {
        RuleSet rules = subjects.inForce().get();
        text.head("weft_control_rules", "gauge", "Rules in force");
        for (String kind : RuleParser.KINDS) {
            text.line(
                    "weft_control_rules",
                    "kind",
                    kind,
                    rules.rules().stream()
                            .filter(rule -> rule.kind().equals(kind))
                            .count());
        }
        text.gauge(
                "weft_control_rules_refused",
                "Documents of rules that don't count",
                rules.entries().stream().filter(RuleSet.Entry::isRefused).count());
        text.gauge(
                "weft_control_rule_warnings",
                "What is in force and looks wrong",
                rules.warnings().size() + subjects.missing().apply(rules).size());
        text.gauge(
                "weft_control_rules_held",
                "1 when an operator holds an earlier version in force",
                subjects.rules().held() == null ? 0 : 1);
    }

    private void registry(MetricText text) {
        long[] states = new long[State.values().length];
        List<Service> services = subjects.registry().services();
        for (Service service : services) {
            for (Instance instance : service.instances()) {
                states[instance.state().ordinal()]++;
            }
        }
        text.gauge("weft_control_services", "Services that are known", services.size());
        text.head("weft_control_instances", "gauge", "Instances by their state as callers see it");
        for (State state : State.values()) {
            text.line("weft_control_instances", "state", state.name(), states[state.ordinal()]);
        }
    }

    /** The last part of a type's name. */
    private static String shown(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }
}
