package dev.weft.client;

import dev.weft.client.ads.Ending;
import dev.weft.client.ads.GrpcStream;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.TokenFile;
import dev.weft.client.load.LoadReports;
import dev.weft.client.quota.RateLimitService;
import dev.weft.client.report.Log;
import dev.weft.client.report.Status;
import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.warm.ControlCore;
import dev.weft.client.warm.KeptFile;
import dev.weft.client.warm.Usage;
import dev.weft.client.warm.Work;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.ledger.LiveCluster;
import dev.weft.engine.snapshot.Home;
import dev.weft.engine.snapshot.Snapshot;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The agent's end of the control protocol: subscribes to what the application calls, publishes
 * snapshots, registers what the application offers.
 *
 * <p>Nothing is loaded or opened before {@link #start}, and then on a thread of its own; no method
 * waits for the network. What may block (DNS, disk) has threads beside it that come and go.
 */
public final class ControlClient implements Outside, AutoCloseable {
    private static final long END_MILLIS = 1000;
    /** So long a token counts as what stands in its file. */
    private static final long TOKEN_NANOS = 10_000_000_000L;

    private final Clock clock;
    private final Log log;
    private final SerialQueue queue;
    private final ThreadPoolExecutor blocking;
    private final @Nullable KeptFile kept;
    private final String workload;
    private final ControlCore core;
    private final Network network;
    private final List<Line> lines = new ArrayList<>();
    private final RateLimitService quotas;
    private final LoadReports loads;

    private final @Nullable TokenFile quotaToken;

    /** As it was read last: it is read anew after a while. */
    private volatile @Nullable Token token;

    private record Token(String text, long readAt) {}

    private @Nullable GrpcStream reports;

    /** How often the last-known-good was to be kept. */
    private long saves;

    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean running;
    private volatile Status status = Status.BEFORE;

    /** Whether this workload can take calls. */
    public enum Health {
        UP,
        STARTING,
        /** Was up, and is not any more. */
        DOWN,
        /** Finishes what it has; the control plane tells callers to leave. */
        DRAINING
    }

    /**
     * @param usage asked on the client's own thread
     * @param publish gets each new snapshot, on the client's own thread
     * @param measured the clusters in force with their numbers, for reports of load; asked on the client's own thread
     */
    public ControlClient(
            Settings settings,
            Identity identity,
            CertificateSource certificates,
            Clock clock,
            RandomSource random,
            Log log,
            Usage usage,
            Consumer<Snapshot> publish,
            Supplier<Collection<LiveCluster>> measured) {
        this.clock = clock;
        this.log = log;
        this.kept = settings.state() == null ? null : new KeptFile(settings.state());
        this.quotaToken = TokenFile.of(settings.quotaToken());
        this.workload = identity.namespace() + "/" + identity.service();
        this.loads = new LoadReports(measured, random);
        var numbers = numbers(settings.authorities());
        this.core = new ControlCore(
                settings.profile(),
                numbers,
                identity.namespace(),
                settings.localCluster().isEmpty() ? null : new Home(identity.locality(), settings.localCluster()),
                new ResourceReader(certificates),
                random,
                log,
                usage,
                guarded(publish.andThen(snapshot -> loads.look(clock.nanos()))),
                clock.nanos());
        this.queue = new SerialQueue(clock, new SerialQueue.Turn() {
            @Override
            public long turn(long now) {
                return work(now);
            }

            @Override
            public void failed(Throwable failure) {
                log.warn("the control client failed at an event and goes on: " + failure);
            }
        });
        this.network = new Network(settings.profile(), queue);
        this.quotas = new RateLimitService(network::channel);
        this.blocking = new ThreadPoolExecutor(
                4, 4, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.factory("weft-control-blocking"));
        blocking.allowCoreThreadTimeOut(true);
        var around = new Line.Surroundings(core, identity, network, queue, blocking, clock);
        lines.add(new Line(0, new Connector(settings.servers(), log), around, new Reporting()));
        for (List<Server> servers : distinct(settings.authorities())) {
            var connector = new Connector(() -> servers, log);
            lines.add(new Line(lines.size(), connector, around, Line.Listener.NONE));
        }
    }

    /**
     * Follows whether the control plane pauses this workload. Called before {@link #start}: what was kept of it must
     * count when that returns.
     *
     * @param told each change, on the client's own thread
     */
    public void followPause(Consumer<Boolean> told) {
        if (started.get()) {
            throw new IllegalStateException("the client has started");
        }
        core.followPause(workload, guarded(told)); // nobody else has it before the start
    }

    /** The lists of servers that authorities have for themselves, each once. */
    private static List<List<Server>> distinct(Map<String, List<Server>> authorities) {
        List<List<Server>> all = new ArrayList<>();
        for (List<Server> servers : new TreeMap<>(authorities).values()) {
            if (!servers.isEmpty() && !all.contains(servers)) {
                all.add(servers);
            }
        }
        return all;
    }

    private static Map<String, Integer> numbers(Map<String, List<Server>> authorities) {
        var distinct = distinct(authorities);
        Map<String, Integer> numbers = new HashMap<>();
        authorities.forEach((authority, servers) -> numbers.put(authority, distinct.indexOf(servers) + 1));
        return numbers;
    }

    /** Reports of load go over the connection to the control planes of the mesh. */
    private final class Reporting implements Line.Listener {
        @Override
        public void opened(byte[] node) {
            loads.connected(node, clock.nanos());
        }

        @Override
        public void ended(String why) {
            endReports(why);
            loads.disconnected();
        }
    }

    /** Reads the last-known-good, then connects. What was asked for before is then done; a second call does nothing. */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        running = true;
        queue.start(() -> {
            if (kept != null) {
                restore(kept);
            }
        });
    }

    private void restore(KeptFile file) {
        try {
            byte[] bytes = file.read();
            if (bytes != null) {
                core.restore(bytes, clock.nanos());
            }
        } catch (IOException e) {
            log.warn("the last-known-good configuration can't be read: " + e);
        }
    }

    /** A client that was not started is started by the first question. */
    @Override
    public void ask(Question question, Consumer<Answer> answer) {
        if (question instanceof Question.Warm warm) {
            queue.execute(() -> core.ask(warm, guarded(answer), clock.nanos()));
            start();
        } else if (question instanceof Question.Quota quota) {
            quota(quota, guarded(answer));
        } else {
            answer.accept(Answer.PASS);
        }
    }

    private void quota(Question.Quota quota, Consumer<Answer> answer) {
        long asked = clock.nanos();
        TokenFile file = quotaToken;
        Token shown = token;
        if (file == null || shown != null && asked - shown.readAt < TOKEN_NANOS) {
            queue.execute(() -> quotas.ask(
                    quota,
                    clock.nanos() - asked,
                    core.cluster(quota.cluster()),
                    shown == null ? null : shown.text,
                    answer));
            return;
        }
        try {
            blocking.execute(() -> askWithToken(file, quota, asked, answer));
        } catch (RejectedExecutionException ended) {
            answer.accept(
                    new Answer.Failed("rate limit service " + quota.cluster() + ": the control client has ended"));
        }
    }

    /** Beside the queue: reads the file first. */
    private void askWithToken(TokenFile file, Question.Quota quota, long asked, Consumer<Answer> answer) {
        try {
            var read = new Token(file.read("rate limit services"), clock.nanos());
            token = read;
            queue.execute(
                    () -> quotas.ask(quota, clock.nanos() - asked, core.cluster(quota.cluster()), read.text, answer));
        } catch (IOException e) {
            String why = "rate limit service " + quota.cluster() + ": " + e.getMessage();
            queue.execute(() -> answer.accept(new Answer.Failed(why)));
        }
    }

    /** What runs in foreign code must not take the other waiting calls, or the stream, down with it. */
    private <T> Consumer<T> guarded(Consumer<T> receiver) {
        return value -> {
            try {
                receiver.accept(value);
            } catch (RuntimeException | LinkageError e) {
                log.warn("a receiver of the control client failed: " + e);
            }
        };
    }

    /** Offers a port; told again to every control plane that comes later. */
    public void register(String service, int port, String protocol, Map<String, String> labels) {
        var copy = Map.copyOf(labels);
        queue.execute(() -> core.register(service, port, protocol, copy, clock.nanos()));
    }

    public void deregister(String service, int port) {
        queue.execute(() -> core.deregister(service, port, clock.nanos()));
    }

    /**
     * @param message why it is not up; for people
     */
    public void health(Health health, String message) {
        queue.execute(() -> {
            switch (health) {
                case UP -> core.health(0, "");
                case STARTING -> core.health(14, message.isEmpty() ? "starting" : message);
                // By what it was before, the control plane tells it from one that is starting.
                case DOWN -> core.health(14, message.isEmpty() ? "down" : message);
                case DRAINING -> core.health(14, "draining");
            }
        });
    }

    /** As it is now; as it was last seen when the client's thread does not answer within a second. */
    public Status status() {
        if (running) {
            var now = new FutureTask<>(core::status);
            queue.execute(now);
            try {
                status = now.get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                log.warn("the control client can't say how it stands: " + e);
            }
        }
        return status;
    }

    /** Ends the stream and keeps the last-known-good; waits a second at the most. */
    @Override
    public void close() {
        if (!running) {
            return;
        }
        status = status();
        running = false;
        queue.execute(() -> {
            core.end(clock.nanos());
            work(clock.nanos());
            lines.forEach(Line::close);
            quotas.close();
            network.close(END_MILLIS);
        });
        queue.end(END_MILLIS);
        blocking.shutdown();
        try {
            if (!blocking.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
                log.warn("the last-known-good configuration may not have been kept");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- on the queue --------------------------------------------------------------------------

    private long work(long now) {
        for (var work = core.next(now); work != null; work = core.next(now)) {
            if (work instanceof Work.Stream one) {
                lines.get(one.line()).perform(one.step());
            } else if (work instanceof Work.Resolve resolve) {
                blocking.execute(() -> resolve(resolve.host()));
            } else if (work instanceof Work.Save save && kept != null) {
                long number = ++saves;
                blocking.execute(() -> save(kept, number, save.file()));
            }
        }
        quotas.keep(cluster -> core.cluster(cluster) != null);
        loads.want(core.reporting());
        for (var step = loads.next(now); step != null; step = loads.next(now)) {
            report(step);
        }
        return Math.min(core.wakeAt(), loads.wakeAt());
    }

    private void report(LoadReports.Step step) {
        if (step instanceof LoadReports.Step.Open) {
            reports = lines.get(0).beside(LoadReports.METHOD, new GrpcStream.Events() {
                @Override
                public void opened(String local) {}

                @Override
                public void message(byte[] message) {
                    loads.received(message, clock.nanos());
                }

                @Override
                public void closed(Ending ending, String why) {
                    reports = null;
                    loads.closed(why.startsWith(Code.UNIMPLEMENTED.name()), clock.nanos());
                }
            });
        } else if (step instanceof LoadReports.Step.Send send && reports != null) {
            reports.send(send.request());
        } else if (step instanceof LoadReports.Step.Close close) {
            log.info(close.why());
            endReports(close.why());
        }
    }

    private void endReports(String why) {
        if (reports != null) {
            reports.abandon(why);
            reports = null;
        }
    }

    // ---- beside the queue ----------------------------------------------------------------------

    private void resolve(String host) {
        boolean found;
        try {
            found = InetAddress.getByName(host).getAddress().length > 0;
        } catch (UnknownHostException e) {
            found = false;
        }
        boolean answer = found;
        queue.execute(() -> core.resolved(host, answer, clock.nanos()));
    }

    private void save(KeptFile file, long number, byte[] bytes) {
        try {
            file.write(number, bytes);
        } catch (IOException e) {
            log.warn("the last-known-good configuration can't be kept: " + e);
        }
    }
}
