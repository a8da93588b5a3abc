package dev.weft.proxy.http1;

import dev.weft.engine.Engine;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.LoopCall;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.LoopExchange;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.trace.TraceContext;
import dev.weft.proxy.listen.Alarm;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests of the application to others: each is a call of the engine's, by the same rules as in an agent. */
final class OutboundCourse implements Course, LoopExchange, Request, Headers {
    private static final int NOT_FOUND = 404;
    private static final int BAD_GATEWAY = 502;
    private static final int LOOP = 508;

    private final Exchange exchange;
    private final Engine engine;
    private final LoopCall call;
    private final Unrouted unrouted;
    private final Alarm alarm;
    private final @Nullable Meant meant;

    private String host = "";
    private int port;
    private boolean traced;
    /** Sent beside the mesh. */
    private boolean passing;

    private int turn;

    OutboundCourse(Exchange exchange, Engine engine, LoopDriver driver, Unrouted unrouted, @Nullable Meant meant) {
        this.exchange = exchange;
        this.engine = engine;
        this.call = driver.calls(this);
        this.unrouted = unrouted;
        this.meant = meant;
        this.alarm = new Alarm(exchange.worker.loop, exchange.worker.clock, call::wake);
    }

    private TextCache texts() {
        return exchange.worker.texts;
    }

    @Override
    public void begin() {
        passing = false;
        turn++;
        host = exchange.head.host(texts());
        port = exchange.head.port();
        if (meant != null && !meant.known().test(host)) {
            host = meant.service();
            port = meant.port();
        }
        TraceContext caller = caller();
        if (caller == null) {
            call.start();
        } else {
            engine.ambient().set(caller);
            call.start();
            engine.ambient().set(null);
        }
    }

    /** The application's own place in a trace, if it says one: the call's span is a child of it. */
    private @Nullable TraceContext caller() {
        traced = false;
        boolean said = has("traceparent") || has("b3") || has("x-b3-traceid");
        if (!said || !engine.ambient().tracing()) {
            return null;
        }
        TraceContext caller = engine.ambient().propagation().arrival(this).caller();
        traced = caller != null;
        return caller;
    }

    private boolean has(String name) {
        return exchange.head.fields.find(exchange.head.bytes(), name, 0) >= 0;
    }

    // ---- what the engine asks

    @Override
    public Request request() {
        return this;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public @Nullable String source() {
        return exchange.source();
    }

    @Override
    public String method() {
        return exchange.head.method(texts());
    }

    @Override
    public String path() {
        return exchange.head.path(texts());
    }

    /** What the application says of its trace is known already, and not the word of another tracer. */
    @Override
    public @Nullable String header(String name) {
        boolean trace = traced && (name.equals("traceparent") || name.equals("b3") || name.equals("x-b3-traceid"));
        return trace ? null : first(name);
    }

    @Override
    public @Nullable String joined(String name) {
        return exchange.head.fields.joined(exchange.head.bytes(), name, texts());
    }

    @Override
    public @Nullable String first(String name) {
        return exchange.head.first(name, texts());
    }

    @Override
    public boolean rewritable() {
        return true;
    }

    @Override
    public boolean replayable() {
        return exchange.replayable();
    }

    @Override
    public boolean spent() {
        return exchange.spent();
    }

    // ---- what the engine wants

    @Override
    public void send(Attempt attempt) {
        exchange.send(
                attempt.endpoint().address(),
                attempt.transport(),
                attempt.protocol(),
                attempt,
                attempt.connectTimeout());
    }

    @Override
    public void shadow(Attempt attempt, Ending ending) {
        exchange.copy(attempt.endpoint().address(), attempt.transport(), attempt, ending);
    }

    @Override
    public void abort(Attempt attempt) {
        Upstream upstream = exchange.of(attempt);
        if (upstream != null) {
            exchange.abort(upstream);
        }
    }

    @Override
    public void deliver(Attempt attempt, HeaderEdits rule) {
        Upstream upstream = exchange.of(attempt);
        if (upstream != null) {
            exchange.deliver(upstream, rule);
        } else {
            exchange.replyFailure(((Flight) attempt).end());
        }
    }

    @Override
    public void reply(Refusal refusal) {
        if (refusal.kind() == Refusal.Kind.RESET) {
            exchange.replyFailure(End.failed(Outcome.RESET, new SocketException(refusal.why())));
            return;
        }
        String text = refusal.kind().failure() ? refusal.why() + "\n" : refusal.body();
        exchange.reply(refusal.code(), refusal.headers(), text);
    }

    /** For a host that the mesh doesn't know, or any while it is paused. */
    @Override
    public void original() {
        boolean paused = engine.paused();
        Meant led = paused ? meant : null;
        if (!unrouted.passes(exchange.head, led != null || paused && ofTheMesh())) {
            exchange.worker.traffic.unknownHosts.increment();
            exchange.reply(NOT_FOUND, List.of(), "NR: " + host + " is not a service of the mesh\n");
            return;
        }
        passing = true;
        InetSocketAddress going = led == null ? null : led.to();
        if (going != null) {
            pass(going);
            return;
        }
        // What the application has looked up, where it was led here: the host of a request says nothing of the place.
        String name = led == null ? host : led.service();
        int at = led == null ? port : led.port();
        int asked = turn;
        unrouted.names().resolve(name, exchange.worker.loop, (address, unknown) -> {
            if (asked == turn && passing && address != null) {
                pass(new InetSocketAddress(address, at));
            } else if (asked == turn && passing) {
                String why = paused ? ", and the mesh is paused" : "";
                exchange.reply(BAD_GATEWAY, List.of(), "DNS has no address for " + name + why + ": " + unknown + "\n");
            }
        });
    }

    /** What would get a 404 is not, before it is known that there is nothing else for it. */
    @Override
    public boolean passable() {
        return unrouted.passes(exchange.head, engine.paused() && (meant != null || ofTheMesh()));
    }

    private boolean ofTheMesh() {
        HostTable hosts = engine.live().hosts();
        return hosts.routes(host, port) != null || hosts.listed(host, port);
    }

    private void pass(InetSocketAddress to) {
        if (unrouted.own().test(to)) {
            exchange.reply(LOOP, List.of(), to + " is this proxy itself\n");
            return;
        }
        exchange.worker.traffic.passed.increment();
        exchange.send(to, Transport.PLAINTEXT, Protocol.DOWNSTREAM, null, Long.MAX_VALUE);
    }

    @Override
    public @Nullable Attempt broken(Throwable bug) {
        Upstream there = exchange.anyAnswer();
        if (there != null) {
            exchange.deliver(there);
            return there.attempt();
        }
        if (!exchange.answered()) {
            exchange.reply(BAD_GATEWAY, List.of(), "the mesh failed after the request was sent\n");
        }
        return null;
    }

    @Override
    public void wakeAt(long at) {
        alarm.at(at);
    }

    @Override
    public void execute(Runnable task) {
        exchange.worker.loop.execute(task);
    }

    // ---- what became of it

    @Override
    public void edit(Upstream to, HeadEdits edits) {
        Attempt attempt = to.attempt();
        if (attempt == null) {
            return;
        }
        if (traced && call.call().span() != null) {
            edits.remove("traceparent"); // the call's own place takes its place
            edits.remove("tracestate");
        }
        attempt.edit(edits);
    }

    @Override
    public @Nullable String path(Upstream to) {
        Attempt attempt = to.attempt();
        return attempt == null ? null : attempt.path();
    }

    @Override
    public boolean keepsBody() {
        if (passing) {
            return false;
        }
        Route route = call.call().route();
        RetryPolicy retry = route != null && route.action() instanceof Action.Forward forward ? forward.retry() : null;
        return retry != null && retry.maxRetries() > 0;
    }

    @Override
    public void answered(Upstream from) {
        Attempt attempt = from.attempt();
        if (attempt == null) {
            exchange.deliver(from);
        } else {
            call.head(attempt, from.seen());
        }
    }

    @Override
    public void ended(Upstream from, End end) {
        Attempt attempt = from.attempt();
        if (attempt != null) {
            call.end(attempt, end);
        } else if (end.outcome() != Outcome.SUCCESS && !exchange.answered()) {
            exchange.replyFailure(end);
        }
    }

    @Override
    public void gone() {
        if (!passing) {
            call.cancel();
        }
    }

    @Override
    public void over() {
        passing = false;
        turn++;
        alarm.at(Long.MAX_VALUE);
    }
}
