package dev.weft.agent;

import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.workload.Daemon;
import dev.weft.agent.workload.Membership;
import dev.weft.client.ControlClient;
import dev.weft.client.report.Status;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Outside;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the workload and its calls meet the control client, which is made on a thread of its own when
 * the workload is ready or its first call asks for a name, whichever is first. Until it is there,
 * what it is to be told and asked is kept.
 */
final class Member implements Membership, Outside {
    private final Config config;
    private final boolean leftBehind;
    private final Engine engine;
    private final Log log;
    private final ControlClients clients;
    private final Map<Integer, String> offered = new TreeMap<>();
    private final Queue<Asked> asked = new ArrayDeque<>();
    private volatile @Nullable Operation operation;
    private String service = "";
    private Health health = Health.STARTING;
    private boolean joining;
    private boolean gone;
    private volatile @Nullable ControlClient client;

    private record Asked(Question question, Consumer<Answer> answer) {}

    /** @param leftBehind whether only what was kept of a dead control plane makes it a member */
    Member(
            Config config,
            boolean leftBehind,
            Engine engine,
            Clock clock,
            RandomSource random,
            Pausing pausing,
            Log log) {
        this.config = config;
        this.leftBehind = leftBehind;
        this.engine = engine;
        this.log = log;
        this.clients = new ControlClients(config, clock, random, pausing, log);
    }

    /** Whose member this is; told once, before the application runs. */
    void is(Operation whole) {
        operation = whole;
    }

    @Override
    public synchronized void join(String as) {
        if (joining || gone) {
            return;
        }
        joining = true;
        service = as;
        Daemon.of("weft-join", this::start).start();
    }

    private void start() {
        Operation whole = operation;
        if (leftBehind && !wasMember()) {
            log.say(
                    LogLevel.INFO,
                    "control plane: the one of this user has died and has never told " + service
                            + " anything; calls go on as without the agent");
            end();
            if (whole != null) {
                whole.withdraw();
            }
            return;
        }
        try {
            ControlClient made = clients.make(service, engine);
            made.start();
            if (!meet(made)) {
                made.close(); // the agent has left meanwhile
            }
        } catch (RuntimeException | Error e) {
            log.say(LogLevel.ERROR, "control client: not started, calls go on as without the agent: " + e);
            end();
        }
        hand();
        if (whole != null) {
            whole.open();
        }
    }

    private boolean wasMember() {
        try {
            return StateDirectory.of(config).isKept(service);
        } catch (IOException e) {
            return false; // what can't be read is no better than nothing
        }
    }

    /** There is nobody to ask, and there never will be: what was asked passes. */
    private void end() {
        synchronized (this) {
            gone = true;
        }
        hand();
    }

    /** False when nobody is to be a member any more. */
    private synchronized boolean meet(ControlClient made) {
        if (gone) {
            return false;
        }
        client = made;
        for (Map.Entry<Integer, String> port : offered.entrySet()) {
            register(made, port.getKey(), port.getValue());
        }
        tell(made);
        return true;
    }

    /** Questions that came before the client. */
    private void hand() {
        while (true) {
            Asked next;
            synchronized (this) {
                next = asked.poll();
            }
            if (next == null) {
                return;
            }
            ask(next.question(), next.answer());
        }
    }

    @Override
    public void ask(Question question, Consumer<Answer> answer) {
        ControlClient there = client;
        if (there == null) {
            synchronized (this) {
                there = client;
                if (there == null && !gone) {
                    asked.add(new Asked(question, answer));
                    Operation whole = operation;
                    join(whole == null ? "unknown" : whole.service());
                    return;
                }
            }
        }
        if (there != null) {
            there.ask(question, answer);
        } else {
            answer.accept(Answer.PASS);
        }
    }

    @Override
    public synchronized void offer(Map<Integer, String> ports) {
        ControlClient there = client;
        for (int old : offered.keySet().toArray(new Integer[0])) {
            if (!ports.containsKey(old)) {
                offered.remove(old);
                if (there != null) {
                    there.deregister(service, old);
                }
            }
        }
        for (Map.Entry<Integer, String> port : ports.entrySet()) {
            boolean news = !port.getValue().equals(offered.put(port.getKey(), port.getValue()));
            if (news && there != null) {
                register(there, port.getKey(), port.getValue());
            }
        }
    }

    private void register(ControlClient to, int port, String protocol) {
        to.register(service, port, protocol, clients.labels());
    }

    @Override
    public synchronized void health(Health now) {
        health = now;
        ControlClient there = client;
        if (there != null) {
            tell(there);
        }
    }

    private void tell(ControlClient to) {
        switch (health) {
            case UP -> to.health(ControlClient.Health.UP, "");
            case STARTING -> to.health(ControlClient.Health.STARTING, "");
            case DRAINING -> to.health(ControlClient.Health.DRAINING, "");
        }
    }

    @Override
    public void leave() {
        offer(Map.of());
    }

    /** Ends the stream for good; the rules that are in force stay. */
    void close() {
        ControlClient there;
        synchronized (this) {
            gone = true;
            there = client;
        }
        if (there != null) {
            there.close();
        }
    }

    /** How the client stands; null before it is made. */
    @Nullable
    Status status() {
        ControlClient there = client;
        return there == null ? null : there.status();
    }
}
