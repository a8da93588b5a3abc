package dev.weft.agent;

import dev.weft.admin.AdminAnswer;
import dev.weft.admin.AdminPages;
import dev.weft.admin.AdminRequest;
import dev.weft.admin.Clusters;
import dev.weft.admin.Explanations;
import dev.weft.admin.Logging;
import dev.weft.agent.admin.AdminServer;
import dev.weft.agent.admin.LogLevels;
import dev.weft.agent.admin.State;
import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.weave.Weaver;
import dev.weft.agent.workload.Daemon;
import dev.weft.agent.workload.Lifecycle;
import dev.weft.client.report.Status;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.drive.Clock;
import dev.weft.protocol.local.AgentFile;
import dev.weft.protocol.local.RuntimeDirectory;
import dev.weft.telemetry.Exposition;
import dev.weft.telemetry.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The running agent as its operator sees it: the admin pages, the word in the runtime directory, the end. */
final class Operation implements AdminPages {
    private static final String TRACES = "/traces/";

    private final Config config;
    private final Engine engine;
    private final Pausing pausing;
    private final Clock clock;
    private final Reporting reporting;
    private final Bugs bugs;
    private final Member member;
    private final Lifecycle lifecycle;
    private final Weaver weaver;
    private final Departure departure;
    private final Log log;
    private final Explanations explanations;
    private @Nullable Thread atEnd;
    private @Nullable AdminServer admin;
    private boolean closed;
    private boolean leaving;

    Operation(
            Config config,
            Engine engine,
            Pausing pausing,
            RandomSource random,
            Clock clock,
            Reporting reporting,
            Bugs bugs,
            Member member,
            Lifecycle lifecycle,
            Weaver weaver,
            Departure departure,
            Log log) {
        this.config = config;
        this.engine = engine;
        this.pausing = pausing;
        this.clock = clock;
        this.reporting = reporting;
        this.bugs = bugs;
        this.member = member;
        this.lifecycle = lifecycle;
        this.weaver = weaver;
        this.departure = departure;
        this.log = log;
        this.explanations = new Explanations(engine, random, clock, member);
    }

    String service() {
        return lifecycle.service();
    }

    /** Joins under the name that is known. */
    void join() {
        member.join(service());
    }

    /** The workload has joined: from now on there is something to see, and something to take back at the end. */
    void open() {
        try {
            synchronized (this) {
                if (closed) {
                    return; // it has left before it was there
                }
                Thread hook = new Thread(null, this::end, "weft-stop", 0, false);
                Runtime.getRuntime().addShutdownHook(hook);
                atEnd = hook;
            }
        } catch (IllegalStateException e) {
            return; // the JVM is already stopping
        }
        reporting.begin();
        if (config.admin()) {
            String token = Token.make();
            AdminServer server = serve(config.adminAddress(), token);
            if (server == null && !config.adminAddress().equals("127.0.0.1:0")) {
                server = serve("127.0.0.1:0", token);
            }
            if (server != null) {
                publish(server, token);
                return;
            }
        }
        Presence.at("without an admin endpoint");
    }

    private @Nullable AdminServer serve(String address, String token) {
        try {
            return AdminServer.start(address, token, this, log);
        } catch (IOException | RuntimeException e) {
            log.say(LogLevel.ERROR, "admin endpoint: " + address + " can't be served: " + e);
            return null;
        }
    }

    private synchronized void publish(AdminServer server, String token) {
        try {
            if (closed) {
                server.close();
                return;
            }
            admin = server;
            String address = server.address();
            log.say(LogLevel.INFO, "admin endpoint: at " + address);
            RuntimeDirectory.ofUser()
                    .write(new AgentFile(ProcessHandle.current().pid(), service(), address, token));
            Presence.at(address);
        } catch (IOException e) {
            log.say(LogLevel.ERROR, "runtime directory: nobody will find the admin endpoint: " + e);
        }
    }

    /** The JVM stops. Servers that stop by themselves have drained already, and this returns at once. */
    private void end() {
        lifecycle.stopping();
        member.close();
        reporting.close();
        close();
    }

    private synchronized void close() {
        closed = true;
        AdminServer server = admin;
        if (server == null) {
            return;
        }
        admin = null;
        try {
            server.close();
            RuntimeDirectory.ofUser().deleteAgent(ProcessHandle.current().pid());
        } catch (IOException e) {
            log.say(LogLevel.WARN, "runtime directory: " + e);
        }
    }

    @Override
    public @Nullable AdminAnswer show(AdminRequest request) {
        String path = request.path();
        if (path.startsWith(TRACES)) {
            return AdminAnswer.json(reporting.trace(path.substring(TRACES.length())));
        }
        return switch (path) {
            case "/ready" -> ready();
            case "/metrics" -> metrics(Exposition.Format.accepted(request.header("accept")));
            case "/clusters" -> Clusters.answer(request, engine.live(), clock.nanos(), false);
            case "/config" -> AdminAnswer.json(State.config(config, engine, lifecycle, member.status(), bugs.count()));
            case "/weaving" -> AdminAnswer.json(State.weaving(weaver.report()));
            case "/explain" -> explanations.answer(request);
            case "/recording" -> AdminAnswer.json(reporting.recordings().json());
            case "/log" -> AdminAnswer.text(State.log(log));
            case "/logging" -> logging().show(request);
            default -> null;
        };
    }

    /** Ready is a workload that is up and knows the mesh's names, from the control plane or from the last time. */
    private AdminAnswer ready() {
        String state = lifecycle.state();
        String directory = engine.snapshot().directory().state().name();
        Status client = member.status();
        boolean ready = state.equals("UP") && directory.equals("KNOWN");
        Json json = new Json();
        json.beginObject().field("ready", ready).field("state", state).field("service", service());
        json.field("directory", directory).field("connected", client != null && client.connected());
        json.field("lastError", client == null ? "" : client.lastError()).endObject();
        return AdminAnswer.json(ready ? 200 : 503, json.toString());
    }

    private Logging logging() {
        return new Logging(new LogLevels(log));
    }

    private AdminAnswer metrics(Exposition.Format format) {
        Exposition out = new Exposition(format);
        reporting.write(out);
        return new AdminAnswer(200, format.contentType(), out.toString());
    }

    @Override
    public @Nullable AdminAnswer change(AdminRequest request) {
        return switch (request.path()) {
            case "/pause" -> paused(true);
            case "/resume" -> paused(false);
            case "/recording/start" -> record(true);
            case "/recording/stop" -> record(false);
            case "/logging" -> logging().change(request);
            case "/detach" -> leave();
            case "/drain" -> later("draining", lifecycle::stopping);
            default -> null;
        };
    }

    private AdminAnswer paused(boolean on) {
        pausing.here(on);
        String what = on
                ? "paused: calls pass, unless they must be secured"
                : pausing.isThere() ? "resumed here; the control plane pauses it still" : "resumed";
        log.say(LogLevel.INFO, "operator: " + what);
        return AdminAnswer.json(
                new Json().beginObject().field("state", what).endObject().toString());
    }

    private AdminAnswer record(boolean on) {
        Recordings recordings = reporting.recordings();
        try {
            if (on) {
                recordings.start();
                return AdminAnswer.json(recordings.json());
            }
        } catch (IOException e) {
            return AdminAnswer.text(409, "Calls can't be recorded: " + e + "\n");
        }
        String last = recordings.json();
        recordings.stop();
        return AdminAnswer.json(last);
    }

    private AdminAnswer later(String what, Runnable task) {
        log.say(LogLevel.INFO, "operator: " + what);
        Daemon.of("weft-operator", task).start();
        return AdminAnswer.json(
                202, new Json().beginObject().field("state", what).endObject().toString());
    }

    private synchronized AdminAnswer leave() {
        if (leaving) {
            return AdminAnswer.text(409, "It is on its way out already\n");
        }
        leaving = true;
        return later("detaching", this::detach);
    }

    /** There turns out to be no mesh for this application: what is woven already goes again. */
    void withdraw() {
        synchronized (this) {
            if (leaving) {
                return;
            }
            leaving = true;
        }
        detach();
    }

    /** What others see of us goes last: as long as there is a word of the agent, it is not gone. */
    private void detach() {
        departure.go();
        Thread hook;
        synchronized (this) {
            hook = atEnd;
        }
        try {
            if (hook != null) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        } catch (IllegalStateException stopping) {
            return; // the JVM ends, and the hook does the rest
        }
        Presence.gone();
        close();
    }
}
