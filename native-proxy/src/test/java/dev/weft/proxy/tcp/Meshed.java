package dev.weft.proxy.tcp;

import dev.weft.engine.Call;
import dev.weft.engine.Engine;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.ConnectBackoff;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.OutlierPolicy;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.Transport;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import dev.weft.telemetry.ClientSide;
import dev.weft.telemetry.Exposition;
import dev.weft.telemetry.Origin;
import dev.weft.telemetry.TcpMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A listener whose connections go to a service by rules of the test's own. */
public final class Meshed implements AutoCloseable {
    /** However slow the machine is, nobody is tried again while a test runs. */
    private static final ConnectBackoff OUT_FOR_A_MINUTE = new ConnectBackoff(60_000_000_000L, 60_000_000_000L);

    public static final long HOUR = 3_600_000_000_000L;

    /** What is told of a connection when it is over. */
    public record Told(String host, int attempts, boolean delivered, String why) {}

    public final Engine engine = new Engine(new ThreadRandom(), new Ambient(() -> true), this::tell, this::bug);
    public final TcpTraffic traffic = new TcpTraffic();
    public final TcpMetrics metrics = new TcpMetrics(100);
    private final ClientSide side = new ClientSide(System::nanoTime, metrics);
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final List<Throwable> bugs = new ArrayList<>();
    private final Loops<EventLoop> loops = new Loops<>(Sockets.best(), 1, loop -> loop);
    private final List<Listener> listeners = new ArrayList<>();

    private void tell(Call call) {
        side.accept(call);
        boolean failed = call.delivered() == null || call.delivered().head() == null;
        String why = call.refusal() == null ? "" : call.refusal().kind().name();
        told.add(new Told(call.request().host(), call.attemptCount(), !failed, why));
    }

    private synchronized void bug(Throwable bug) {
        bugs.add(bug);
    }

    public synchronized List<Throwable> bugs() {
        return List.copyOf(bugs);
    }

    /** Istio's metrics as a collector reads them, those of one name. */
    public List<String> metrics(String name) {
        Origin origin = new Origin(() -> "shop", "default", "v3", Map.of(), "1", "test");
        Exposition text = new Exposition();
        metrics.write(origin, text);
        return text.toString()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .toList();
    }

    public Told told() throws InterruptedException {
        Told next = told.poll(60, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was told");
        }
        return next;
    }

    public dev.weft.proxy.tcp.TcpProxy proxy(Outside outside) {
        return new dev.weft.proxy.tcp.TcpProxy(
                engine,
                new LoopDriver(engine, System::nanoTime, outside),
                System::nanoTime,
                5_000_000_000L,
                traffic,
                metrics);
    }

    /** Leads connections to one host. */
    public InetSocketAddress listen(String host, int port) throws IOException {
        var proxy = proxy(Outside.NONE);
        return listen(channel -> proxy.lead(channel, host, port, false, dev.weft.proxy.tcp.TcpProxy.RESET));
    }

    public InetSocketAddress listen(Consumer<Channel> accepted) throws IOException {
        Listener listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                100,
                new Listener.Counts() {
                    @Override
                    public void accepted() {}

                    @Override
                    public void closed() {}

                    @Override
                    public void overLimit() {}
                },
                loop -> new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.accept(channel);
                    }
                });
        listener.resume();
        listeners.add(listener);
        return listener.address();
    }

    public void publish(List<VirtualHost> hosts, Cluster... clusters) {
        Map<String, Cluster> all = new java.util.HashMap<>();
        for (Cluster cluster : clusters) {
            all.put(cluster.name(), cluster);
        }
        engine.publish(new Snapshot("1", new Directory(Directory.State.KNOWN, Map.of()), hosts, all));
    }

    public static VirtualHost opaque(String host, TcpProxy tcp) {
        return new VirtualHost(host, List.of(host), List.of(), false, tcp);
    }

    public static TcpProxy to(String... clusters) {
        return to(HOUR, false, clusters);
    }

    public static TcpProxy to(long idleNanos, boolean tls, String... clusters) {
        List<Action.WeightedCluster> shares = new ArrayList<>();
        for (String cluster : clusters) {
            shares.add(new Action.WeightedCluster(cluster, 1, HeaderEdits.NONE));
        }
        RetryPolicy twice =
                new RetryPolicy(Set.of(Condition.CONNECT_FAILURE), Set.of(), 2, Long.MAX_VALUE, 1000, 1000, false);
        Action.Forward forward = new Action.Forward(shares, Long.MAX_VALUE, twice, null, List.of(), HeaderEdits.NONE);
        return new TcpProxy(new Route("tcp", Match.ANY, forward), idleNanos, tls);
    }

    public static Cluster cluster(String name, InetSocketAddress... endpoints) {
        return cluster(name, Transport.PLAINTEXT, null, Limits.NONE, endpoints);
    }

    public static Cluster cluster(
            String name,
            Transport transport,
            @Nullable OutlierPolicy outlier,
            Limits limits,
            InetSocketAddress... endpoints) {
        List<Endpoint> all = new ArrayList<>();
        for (InetSocketAddress endpoint : endpoints) {
            all.add(Endpoint.of(endpoint));
        }
        Cluster plain = Cluster.of(name, all);
        return new Cluster(
                name,
                Balancer.ROUND_ROBIN,
                all,
                transport,
                outlier,
                0,
                plain.budget(),
                plain.connectTimeoutNanos(),
                plain.sharing(),
                limits,
                plain.protocol(),
                OUT_FOR_A_MINUTE);
    }

    @Override
    public void close() {
        listeners.forEach(Listener::close);
        loops.close();
    }
}
