package dev.weft.proxy;

import dev.weft.admin.AdminHandler;
import dev.weft.admin.Guard;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
final class Proxy implements AutoCloseable {
    static final String VERSION = "0.1.0";

    private static final long LOOK_NANOS = 20_000_000;
    private static final long CONNECT_NANOS = 10_000_000_000L;

    private final ProxyConfig config;
    private final Logger log;
    private final Clock clock = System::nanoTime;
    private final Telling telling;
    private final Traffic traffic;
    private final Intercepted intercepted;
    private final ApplicationSide applicationSide;
    private final CertificateWatch certificateWatch;
    private final ControlPlane plane;
    private final ServiceState state;
    private final AdminThreads pages;
    private final MeshSide meshSide;
    private final Loops<Worker> loops;
    private final ApplicationHealth health;
    private final Listeners listeners;
    private final @Nullable Handover handover;
    private final Succession succession;
    private final Notifier notifier;
    private final CountDownLatch replaced = new CountDownLatch(1);

    /**
     * @param activated sockets that listen for this process already
     * @throws IOException when a port can't be had; nothing is left then
     */
    Proxy(ProxyConfig config, ProxyLog logs, List<FileDescriptor> activated, Notifier notifier) throws IOException {
        if (config.intercept() && Sockets.best() != Sockets.EPOLL) {
            throw new IOException("intercept: the kernel is asked where connections were going over epoll, which this"
                    + " machine doesn't have");
        }
        this.config = config;
        this.log = logs.logger(ProxyLog.PROXY);
        this.traffic = new Traffic(log::warn);
        this.notifier = notifier;
        PemCertificates certificates = certificates(config);
        InboundTls tls = ApplicationSide.tls(config, certificates);
        RandomSource chance = new ThreadRandom();
        this.telling = new Telling(config, clock, chance, traffic, daemons("weft-proxy-log"), logs);
        this.intercepted = intercepted(logs);
        this.applicationSide = new ApplicationSide(config, application(), tls, clock, telling.connections(), log::warn);
        this.plane = plane(chance, certificates, logs);
        this.certificateWatch = watch(certificates, logs.logger(ProxyLog.TLS));
        this.state = new ServiceState(plane.client()::health, this::callersLeave, clock, this::say);
        this.pages = pages(chance, logs);
        this.meshSide = new MeshSide(config, telling, plane, intercepted, clock, state::ending);
        this.loops = loops();
        this.health = new ApplicationHealth(
                config, config.application() == 0 ? null : application(), state, loops.first(), clock, chance);
        try {
            this.handover = handover();
            Path restart = config.hotRestart();
            this.succession = restart == null ? Succession.none() : Succession.of(restart, loops.first());
            this.listeners = listen(inherited(activated));
        } catch (IOException e) {
            intercepted.close();
            loops.close();
            pages.close();
            telling.close();
            throw e;
        }
    }

    // ---- its parts

    private static PemCertificates certificates(ProxyConfig config) {
        return new PemCertificates(
                Map.of(InboundTls.INSTANCE, config.certificates().files()),
                config.certificates().any() ? TlsEngines.contexts() : PemCertificates.Contexts.JDK);
    }

    private CertificateWatch watch(PemCertificates certificates, Logger tls) {
        return new CertificateWatch(certificates, config.certificates().files(), tls::info, tls::warn);
    }

    private Intercepted intercepted(ProxyLog logs) {
        return new Intercepted(
                config,
                telling.engine(),
                clock,
                logs.logger(ProxyLog.INTERCEPT),
                logs.logger(ProxyLog.DNS),
                this::isOwn);
    }

    private ControlPlane plane(RandomSource chance, PemCertificates certificates, ProxyLog logs) {
        return new ControlPlane(
                config,
                telling.engine(),
                clock,
                chance,
                logs.logger(ProxyLog.CONTROL),
                certificates,
                intercepted::publish);
    }

    private AdminThreads pages(RandomSource chance, ProxyLog logs) {
        Operation operation = new Operation(
                config, telling, plane, state, this::health, this::listeners, this::metrics, chance, clock, logs);
        return new AdminThreads(new AdminHandler(new Guard(null), operation), daemons("weft-proxy-admin"));
    }

    private Loops<Worker> loops() {
        int cpus = Runtime.getRuntime().availableProcessors();
        return new Loops<>(
                Sockets.best(),
                config.workers() == 0 ? cpus : config.workers(),
                loop -> new Worker(loop, clock, traffic, Http2.streams(Http2Limits.DEFAULT)));
    }

    /** Has all ports, and tells of those that are here for nothing. */
    private Listeners listen(Inherited inherited) throws IOException {
        loops.inherit(inherited);
        Listeners opened = new Listeners(config, loops, traffic, new Traffic(log::warn), new Served(), clock);
        intercepted.listen(loops.first(), opened.outbound().address().getPort(), Listeners.hasIpv6());
        for (InetSocketAddress unused : inherited.closeRest()) {
            log.warn("proxy " + config.service() + ": nothing is to listen at " + unused
                    + (succession.isAny() ? " any more" : ", where systemd does"));
        }
        return opened;
    }

    /** What serves the connections to each listener. */
    private final class Served implements Listeners.Serving {
        @Override
        public Function<Worker, ChannelHandler> mesh() {
            return meshSide.handlers(Proxy.this::isOwn);
        }

        @Override
        public Function<Worker, ChannelHandler> service(Opaque.TcpListener one) {
            return meshSide.handlers(one);
        }

        @Override
        public Function<Worker, ChannelHandler> application() {
            InboundTrace trace = new InboundTrace(telling.ambient());
            return intercepted.inbound(applicationSide.handlers(Http2.orHttp1(
                    config.limits().with(config.inboundHeads()),
                    Http2Limits.DEFAULT,
                    Courses.inbound(Proxy.this.application(), telling.server(), trace),
                    state::leaving)));
        }

        @Override
        public Function<Worker, ChannelHandler> operator() {
            return Http1.connections(config.limits(), Courses.pages(pages), state::ending);
        }
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void say(String what) {
        log.info("proxy " + config.service() + ": " + what);
    }

    private ApplicationHealth health() {
        return health;
    }

    private Listeners listeners() {
        return listeners;
    }

    private void callersLeave() {
        listeners.leaveInbound();
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

    private InetSocketAddress application() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), config.application());
    }

    /** Whether a request sent there would come back here. */
    private boolean isOwn(InetSocketAddress to) {
        return listeners.isOwn(to);
    }

    // ---- its life

    /** Joins the mesh: the service is offered from now on, and takes calls once the application does. */
    void begin() {
        if (config.certificates().any()) {
            certificateWatch.begin();
            say("TLS is " + TlsEngines.provider());
        }
        say("outbound " + Listeners.text(listeners.outbound()) + ", admin " + Listeners.text(listeners.admin()));
        Listener inbound = listeners.inbound();
        state.starting();
        plane.client().start();
        if (inbound != null) {
            plane.offer(inbound.address().getPort());
            say("inbound " + Listeners.text(inbound) + " for port " + config.application());
        }
        health.begin();
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
            while (succession.isAny()
                    && !(state.up() && (plane.client().status().connected() || clock.nanos() > until))) {
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
            say("serves in the place of the process before");
        }
    }

    /** Waits until another process serves in this one's place, and ends what is under way here. */
    void awaitSuccessor() throws InterruptedException {
        replaced.await();
        state.hand();
        say("another process serves from now on");
        health.end();
        boolean served = listeners.leave(clock.nanos() + config.drainNanos());
        say(served ? "has served all" : "ends with connections that are open");
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
        health.end();
        long learnt = state.end() + config.drainNanos() / 2; // an operator may have told them long ago
        Listener inbound = listeners.inbound();
        while (inbound != null && clock.nanos() < learnt) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (inbound != null) {
            plane.withdraw(inbound.address().getPort());
        }
        intercepted.end(); // before connections are refused
        boolean served = listeners.drain(now + config.drainNanos());
        say(served ? "drained" : "stops with calls still being served");
    }

    private String metrics() {
        return telling.metrics(loops.allocatedBytes(), out -> {
            intercepted.write(out);
            meshSide.write(out);
            applicationSide.write(out);
            health.write(out);
        });
    }

    @Override
    public void close() {
        state.hand();
        if (replaced.getCount() > 0) {
            intercepted.end();
        }
        health.close();
        listeners.close();
        if (handover != null) {
            handover.close();
        }
        pages.close();
        plane.client().close();
        certificateWatch.close();
        intercepted.close();
        loops.close();
        telling.close();
    }
}
