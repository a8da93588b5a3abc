package dev.weft.control.api;

import dev.weft.control.http.Exchange;
import dev.weft.control.http.Handler;
import dev.weft.control.http.HttpLimits;
import dev.weft.control.http.HttpServer;
import dev.weft.control.http.Request;
import dev.weft.control.http.Response;
import dev.weft.control.log.Log;
import dev.weft.control.pause.Pauses;
import dev.weft.control.queue.SerialQueue;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.Finding;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.RuleStore;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Loads;
import dev.weft.control.store.ResourceStore;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The REST API. Whoever is on this machine may look; looking from another one takes the token. So does whatever changes
 * something, which never comes from a page in a browser. Errors are RFC 9457 problems.
 */
public final class RestApi implements AutoCloseable {
    private final List<Operation> operations = new ArrayList<>();
    private final Gate gate;
    private final Watches watches;
    private final SerialQueue queue;
    private final HttpServer server;

    /**
     * What the API speaks of.
     *
     * @param missing what rules say of hosts that nobody has, on the serial queue
     * @param aliases the other names of a host for clients of a namespace
     * @param isPaused whether the agents of a service, after its namespace, are to be paused; on the serial queue
     * @param inForce the rules as they are translated, on the serial queue
     * @param whenKept runs a task when the registry as it is now outlives this process, on the serial queue
     * @param away why nothing can be changed now; null when it can
     */
    public record Subjects(
            Registry registry,
            AdsService clients,
            Loads loads,
            RuleStore rules,
            Pauses pauses,
            BiPredicate<String, String> isPaused,
            ResourceStore store,
            Supplier<RuleSet> inForce,
            Function<RuleSet, List<Finding>> missing,
            BiFunction<String, String, List<String>> aliases,
            Consumer<Runnable> whenKept,
            Supplier<@Nullable String> away) {}

    /**
     * Takes the address; answers from {@link #start} on.
     *
     * @param access who is let in
     * @param queue owns all but the rules' files
     * @param disk where files may be waited for
     * @param tls null for none
     * @throws IOException when the address can't be had
     */
    public RestApi(
            InetSocketAddress address,
            Subjects subjects,
            Access access,
            HttpLimits limits,
            SerialQueue queue,
            SerialQueue disk,
            @Nullable SslContext tls,
            Log log)
            throws IOException {
        this.queue = queue;
        gate = new Gate(access);
        watches = new Watches(queue);
        Answers answers = new Answers(queue, log);
        Answers slow = new Answers(disk, log);
        OpenApi document = new OpenApi();
        // Both wait for the thread that owns all state: an answer says that it works, and has read the rules.
        operations.add(new Operation(
                "GET",
                "/ready",
                Set.of(),
                call -> answers.answer(call, () -> Response.json(200, Map.of("ready", true))),
                Operation.Reader.PROBE));
        operations.add(new Operation(
                "GET",
                "/healthz",
                Set.of(),
                call -> answers.answer(call, () -> Response.json(200, Map.of("healthy", true))),
                Operation.Reader.PROBE));
        operations.addAll(new Metrics(subjects, queue, answers, watches::size).operations());
        operations.add(new Operation(
                "GET",
                "/api/v1/openapi.json",
                Set.of(),
                call -> slow.answer(
                        call, () -> new Response(200, Map.of("Content-Type", "application/json"), document.json())),
                Operation.Reader.ANYBODY));
        operations.addAll(new Services(subjects.registry(), subjects.aliases(), answers, watches).operations());
        operations.addAll(new Instances(subjects.registry(), answers, watches, subjects.whenKept(), subjects.away())
                .operations());
        operations.addAll(new Clients(subjects.clients(), subjects.isPaused(), answers).operations());
        operations.addAll(new PauseApi(subjects.pauses(), slow).operations());
        operations.addAll(new LoadReports(subjects.loads(), subjects.registry(), answers).operations());
        operations.addAll(new Rules(subjects.rules(), subjects.inForce(), subjects.missing(), answers, slow, watches)
                .operations());
        queue.execute(() -> subjects.registry().listen(host -> {
            watches.changed(Services.Changes.class, host);
            watches.changed(Instances.Changes.class, host);
        }));
        server = new HttpServer(address, limits, new Admission(), queue::nanos, tls, log);
    }

    /** Answers from now on. The address is taken already. */
    public void start() {
        server.start();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** Other rules are in force. Called on the serial queue. */
    public void rulesChanged() {
        watches.allChanged(Rules.Changes.class);
    }

    /** How many watch. Called on the serial queue. */
    int watchers() {
        return watches.size();
    }

    int connections() {
        return server.connections();
    }

    /** Every method with its path, as the description of the API names them. */
    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Lets requests in, and leads each to its operation. */
    private final class Admission implements Handler {
        @Override
        public @Nullable Response admit(Request head) {
            String method = method(head);
            Set<String> methods = new TreeSet<>();
            Operation found = null;
            for (Operation operation : operations) {
                if (operation.match(head) != null) {
                    methods.add(operation.method());
                    found = operation.method().equals(method) ? operation : found;
                }
            }
            Response refusal = gate.refusal(head, found);
            if (refusal != null) {
                return refusal;
            }
            if (methods.isEmpty()) {
                return Response.problem(404, "there is nothing here; /api/v1/openapi.json says what there is");
            }
            if (found == null) {
                if (methods.contains("GET")) {
                    methods.add("HEAD");
                }
                return Response.problem(405, "this can't be done here").with("Allow", String.join(", ", methods));
            }
            for (String parameter : head.query().keySet()) {
                if (!found.parameters().contains(parameter)) {
                    return Response.problem(400, "parameter '" + parameter + "' is unknown here");
                }
            }
            boolean hasBody = head.header("transfer-encoding") != null
                    || (head.header("content-length") != null && !"0".equals(head.header("content-length")));
            return hasBody && (method.equals("GET") || method.equals("DELETE"))
                    ? Response.problem(400, "a " + method + " has no body here")
                    : null;
        }

        @Override
        public void handle(Request request, Exchange exchange) {
            for (Operation operation : operations) {
                Map<String, String> names =
                        operation.method().equals(method(request)) ? operation.match(request) : null;
                if (names != null) {
                    try {
                        operation.work().run(new Call(request, names, exchange));
                    } catch (ProblemException e) {
                        exchange.answer(e.response());
                    }
                    return;
                }
            }
            throw new IllegalStateException("a request was admitted that nobody handles");
        }

        private static String method(Request request) {
            return request.method().equals("HEAD") ? "GET" : request.method();
        }
    }

    @Override
    public void close() {
        queue.execute(watches::close);
        server.close();
    }
}
