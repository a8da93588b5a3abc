package dev.weft.proxy;

import dev.weft.client.ControlClient.Health;
import dev.weft.client.identity.PemCertificates;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Clock;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1;
import dev.weft.proxy.http1.InboundTrace;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Inherited;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import dev.weft.proxy.restart.Handover;
import dev.weft.proxy.restart.Succession;
import dev.weft.proxy.systemd.Notifier;
import dev.weft.proxy.tls.CertificateWatch;
import dev.weft.proxy.tls.InboundTls;
import dev.weft.proxy.tls.TlsEngines;
import io.netty.channel.ChannelHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One running proxy: an inbound listener before the application, an outbound one behind it, and one for whoever wants
 * to know how it stands.
 */
final class Proxy implements AdminPages.Standing, AutoCloseable {
    static final String VERSION = "0.1.0";

    private static final long PROBE_MILLIS = 1000;
    private static final long LOOK_NANOS = 20_000_000;
    private static final long CONNECT_NANOS = 10_000_000_000L;

    private final ProxyConfig config;
    private final ProxyLog log;
    private final Clock clock = System::nanoTime;
    private final Telling telling;
    private final Traffic traffic = new Traffic();
    private final Intercepted intercepted;
    private final ApplicationSide applicationSide;
    private final CertificateWatch certificateWatch;
    private final ControlPlane plane;
    private final MeshSide meshSide;
    private final Loops<Worker> loops;
    private final Listener outbound;
    private final @Nullable Listener outbound6;
    private final @Nullable Listener inbound;
    private final List<Listener> tcp = new ArrayList<>();
    private final Listener admin;
    private final Listeners listeners;
    private final @Nullable Probe probe;
    private final @Nullable Handover handover;
    private final Succession succession;
    private final Notifier notifier;
    private final CountDownLatch replaced = new CountDownLatch(1);
    private volatile boolean draining;
    private volatile boolean up;

    private static final ThreadFactory THREADS = task -> {
        Thread thread = new Thread(task, "weft-proxy-log");
        thread.setDaemon(true);
        return thread;
    };

    /**
     * @param activated sockets that listen for this process already
     * @throws IOException when a port can't be had; nothing is left then
     */
    Proxy(ProxyConfig config, ProxyLog log, List<FileDescriptor> activated, Notifier notifier) throws IOException {
        this.config = config;
        this.log = log;
        this.notifier = notifier;
        if (config.intercept() && Sockets.best() != Sockets.EPOLL) {
            throw new IOException("intercept: the kernel is asked where connections were going over epoll, which this"
                    + " machine doesn't have");
        }
        PemCertificates.Files files = config.certificates().files();
        PemCertificates certificates = new PemCertificates(
                Map.of(InboundTls.INSTANCE, files),
                config.certificates().any() ? TlsEngines.contexts() : PemCertificates.Contexts.JDK);
        InboundTls tls = ApplicationSide.tls(config, certificates);
        RandomSource chance = new ThreadRandom();
        this.telling = new Telling(config, clock, chance, traffic, THREADS, log);
        this.intercepted = new Intercepted(config, telling.engine(), clock, log, this::isOwn);
        this.certificateWatch = new CertificateWatch(certificates, files, log::info, log::warn);
        this.applicationSide = new ApplicationSide(config, application(), tls, clock, telling.connections(), log::warn);
        this.plane = new ControlPlane(config, telling.engine(), clock, chance, log, certificates, intercepted::publish);
        this.meshSide = new MeshSide(config, telling, plane, intercepted, clock, this::draining);
        int cpus = Runtime.getRuntime().availableProcessors();
        this.loops = new Loops<>(
                Sockets.best(),
                config.workers() == 0 ? cpus : config.workers(),
                loop -> new Worker(loop, clock, traffic, Http2.streams(Http2Limits.DEFAULT)));
        try {
            this.handover = handover();
            Path restart = config.hotRestart();
            this.succession = restart == null ? Succession.none() : Succession.of(restart, loops.first());
            Inherited inherited = inherited(activated);
            loops.inherit(inherited);
            this.outbound = outbound(config.outbound());
            this.outbound6 = outbound6();
            this.inbound = config.application() == 0 ? null : inbound();
            openTcp();
            this.admin = Listener.open(
                    loops,
                    config.admin(),
                    config.connections(),
                    new Traffic(),
                    Http1.connections(
                            config.limits(),
                            Courses.pages(new AdminPages(config, telling, plane, this)),
                            this::draining));
            this.listeners = new Listeners(serving(), admin, clock);
            intercepted.listen(loops.first(), outbound.address().getPort(), hasIpv6());
            for (InetSocketAddress unused : inherited.closeRest()) {
                log.warn("proxy " + config.service() + ": nothing is to listen at " + unused
                        + (succession.isAny() ? " any more" : ", where systemd does"));
            }
        } catch (IOException e) {
            intercepted.close();
            loops.close();
            telling.close();
            throw e;
        }
        this.probe =
                inbound == null ? null : new Probe(loops.first(), application(), PROBE_MILLIS, this::applicationIs);
    }

    /** Where it can't be told of a successor, that is said before the mesh knows of this process. */
    private @Nullable Handover handover() throws IOException {
        Path path = config.hotRestart();
        return path == null
                ? null
                : Handover.bind(path, loops.first(), this::descriptors, replaced::countDown, log::warn);
    }

    /** Those of the process before; those of systemd are the same sockets then. */
    private Inherited inherited(List<FileDescriptor> activated) throws IOException {
        if (!succession.isAny()) {
            return Inherited.of(activated);
        }
        for (FileDescriptor same : activated) {
            same.close();
        }
        return succession.sockets();
    }

    /** Interception leads IPv6 to the same port of the other loopback address. */
    private @Nullable Listener outbound6() throws IOException {
        return config.intercept() && config.outbound().getAddress().equals(NetUtil.LOCALHOST4) && hasIpv6()
                ? outbound(new InetSocketAddress(
                        NetUtil.LOCALHOST6, outbound.address().getPort()))
                : null;
    }

    private static boolean hasIpv6() throws SocketException {
        return NetworkInterface.getByInetAddress(NetUtil.LOCALHOST6) != null;
    }

    private Listener outbound(InetSocketAddress address) throws IOException {
        return Listener.open(loops, address, config.connections(), traffic, meshSide.handlers(this::isOwn));
    }

    /** One for each service that the application reaches by a port of its own. */
    private void openTcp() throws IOException {
        for (Opaque.TcpListener one : config.opaque().listeners()) {
            tcp.add(Listener.open(loops, one.address(), config.connections(), traffic, meshSide.handlers(one)));
        }
    }

    private Listener inbound() throws IOException {
        InboundTrace trace = new InboundTrace(telling.ambient());
        Function<Worker, ChannelHandler> http = Http2.orHttp1(
                config.limits(),
                Http2Limits.DEFAULT,
                Courses.inbound(application(), telling.server(), trace),
                this::draining);
        return Listener.open(
                loops,
                inboundAddresses(),
                config.connections(),
                traffic,
                intercepted.inbound(applicationSide.handlers(http)));
    }

    /** Where it is led to on every address, those of IPv6 are meant too. */
    private InetSocketAddress inboundAddresses() throws IOException {
        InetSocketAddress said = config.inbound();
        return config.intercept() && said.getAddress().isAnyLocalAddress() && hasIpv6()
                ? new InetSocketAddress(InetAddress.getByName("::"), said.getPort())
                : said;
    }

    private InetSocketAddress application() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), config.application());
    }

    /** Whether a request sent there would come back here. */
    private boolean isOwn(InetSocketAddress to) {
        if (to.getPort() != outbound.address().getPort()) {
            return false;
        }
        InetAddress address = to.getAddress();
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Joins the mesh: the service is offered from now on, and takes calls once the application does. */
    void begin() {
        if (config.certificates().any()) {
            certificateWatch.begin();
            log.info("proxy " + config.service() + ": TLS is " + TlsEngines.provider());
        }
        log.info("proxy " + config.service() + ": outbound " + text(outbound) + ", admin " + text(admin));
        plane.client().health(Health.STARTING, "the application takes no connections yet");
        plane.client().start();
        if (inbound != null && probe != null) {
            plane.offer(inbound.address().getPort());
            log.info("proxy " + config.service() + ": inbound " + text(inbound) + " for port " + config.application());
            probe.begin();
        } else {
            applicationIs(true);
        }
    }

    /** But that for whoever wants to know how it stands. */
    private List<Listener> serving() {
        List<Listener> all = new ArrayList<>(tcp);
        all.add(outbound);
        if (outbound6 != null) {
            all.add(outbound6);
        }
        if (inbound != null) {
            all.add(inbound);
        }
        return all;
    }

    private List<FileDescriptor> descriptors() {
        return listeners.descriptors();
    }

    /**
     * Serves, and where there was a process before, in its place: when the application is there, and the control plane
     * has answered or is away.
     *
     * @throws IOException when no successor of this one could ask it
     */
    void succeed() throws IOException {
        if (handover != null) {
            long until = clock.nanos() + CONNECT_NANOS;
            while (succession.isAny() && !(up && (plane.client().status().connected() || clock.nanos() > until))) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            handover.open();
        }
        listeners.resume();
        intercepted.begin();
        // Before the process before ends, which would be the service's end.
        notifier.ready(ProcessHandle.current().pid());
        succession.ready();
        if (succession.isAny()) {
            log.info("proxy " + config.service() + ": serves in the place of the process before");
        }
    }

    /** Waits until another process serves in this one's place, and ends what is under way here. */
    void awaitSuccessor() throws InterruptedException {
        replaced.await();
        draining = true;
        log.info("proxy " + config.service() + ": another process serves from now on");
        if (probe != null) {
            probe.end();
        }
        boolean served = listeners.leave(clock.nanos() + config.drainNanos());
        log.info("proxy " + config.service() + (served ? ": has served all" : ": ends with connections that are open"));
    }

    private static String text(Listener listener) {
        return listener.address().getAddress().getHostAddress() + ":"
                + listener.address().getPort();
    }

    private void applicationIs(boolean there) {
        up = there;
        if (!draining) {
            log.info("proxy " + config.service() + ": the application " + (there ? "is up" : "takes no connections"));
            plane.client()
                    .health(there ? Health.UP : Health.STARTING, there ? "" : "the application takes no connections");
        }
    }

    /**
     * Callers learn that it leaves, and for a while are served as before; then nothing new is taken, and what is under
     * way may end.
     */
    void drain() {
        if (replaced.getCount() == 0) {
            return; // the service stays
        }
        notifier.stopping();
        long now = clock.nanos();
        draining = true;
        if (probe != null) {
            probe.end();
        }
        plane.client().health(Health.DRAINING, "");
        log.info("proxy " + config.service() + ": draining");
        long learnt = now + config.drainNanos() / 2;
        while (inbound != null && clock.nanos() < learnt) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (inbound != null) {
            plane.withdraw(inbound.address().getPort());
        }
        intercepted.end(); // before connections are refused
        boolean served = listeners.drain(now + config.drainNanos());
        log.info("proxy " + config.service() + (served ? ": drained" : ": stops with calls still being served"));
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public boolean up() {
        return up;
    }

    @Override
    public String outboundText() {
        return text(outbound);
    }

    @Override
    public String inboundText() {
        return inbound == null ? "" : text(inbound);
    }

    @Override
    public String metrics() {
        return telling.metrics(loops.allocatedBytes(), out -> {
            intercepted.write(out);
            meshSide.write(out);
            applicationSide.write(out);
        });
    }

    InetSocketAddress outboundAddress() {
        return outbound.address();
    }

    @Nullable
    InetSocketAddress inboundAddress() {
        return inbound == null ? null : inbound.address();
    }

    /** Of the listeners for connections to one service, in the order in which they are configured. */
    List<InetSocketAddress> tcpAddresses() {
        return tcp.stream().map(Listener::address).toList();
    }

    InetSocketAddress adminAddress() {
        return admin.address();
    }

    @Override
    public void close() {
        draining = true;
        if (replaced.getCount() > 0) {
            intercepted.end();
        }
        if (probe != null) {
            probe.end();
        }
        listeners.close();
        if (handover != null) {
            handover.close();
        }
        plane.client().close();
        certificateWatch.close();
        intercepted.close();
        loops.close();
        telling.close();
    }
}
