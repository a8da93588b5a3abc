package dev.weft.proxy;

import dev.weft.client.ControlClient.Health;
import dev.weft.client.identity.PemCertificates;
import dev.weft.client.report.Status;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.proxy.config.Certificates;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Course;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.http1.Exchange;
import dev.weft.proxy.http1.Http1;
import dev.weft.proxy.http1.InboundTrace;
import dev.weft.proxy.http1.Pages;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Unrouted;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.listen.Sockets;
import dev.weft.proxy.restart.Handover;
import dev.weft.proxy.restart.Succession;
import dev.weft.proxy.tcp.TcpProxy;
import dev.weft.proxy.tcp.TcpTraffic;
import dev.weft.proxy.tls.CertificateWatch;
import dev.weft.proxy.tls.InboundTls;
import dev.weft.proxy.tls.TlsEngines;
import dev.weft.telemetry.Json;
import dev.weft.telemetry.MetricWriter;
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
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One running proxy: an inbound listener before the application, an outbound one behind it, and one for whoever wants
 * to know how it stands.
 */
final class Proxy implements Pages, AutoCloseable {
    static final String VERSION = "0.1.0";

    private static final long PROBE_MILLIS = 1000;
    private static final long LOOK_NANOS = 20_000_000;
    private static final long CONNECT_NANOS = 10_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final ProxyConfig config;
    private final ProxyLog log;
    private final Clock clock = System::nanoTime;
    private final Telling telling;
    private final Traffic traffic = new Traffic();
    private final Names names = new Names();
    private final Intercepted intercepted;
    private final ApplicationSide applicationSide;
    private final CertificateWatch certificateWatch;
    private final TcpTraffic tcpTraffic = new TcpTraffic();
    private final ControlPlane plane;
    private final Loops<Worker> loops;
    private final Listener outbound;
    private final @Nullable Listener outbound6;
    private final @Nullable Listener inbound;
    private final List<Listener> tcp = new ArrayList<>();
    private final Listener admin;
    private final @Nullable Probe probe;
    private final @Nullable Handover handover;
    private final Succession succession;
    private final CountDownLatch replaced = new CountDownLatch(1);
    private volatile boolean draining;
    private volatile boolean up;

    private static final ThreadFactory THREADS = task -> {
        Thread thread = new Thread(task, "weft-proxy-log");
        thread.setDaemon(true);
        return thread;
    };

    /** @throws IOException when a port can't be had; nothing is left then */
    Proxy(ProxyConfig config, ProxyLog log) throws IOException {
        this.config = config;
        this.log = log;
        if (config.intercept() && Sockets.best() != Sockets.EPOLL) {
            throw new IOException("intercept: the kernel is asked where connections were going over epoll, which this"
                    + " machine doesn't have");
        }
        PemCertificates.Files files = config.certificates().files();
        PemCertificates certificates = new PemCertificates(
                Map.of(InboundTls.INSTANCE, files),
                config.certificates().any() ? TlsEngines.contexts() : PemCertificates.Contexts.JDK);
        InboundTls tls = inboundTls(config, certificates);
        RandomSource chance = new ThreadRandom();
        this.telling = new Telling(config, clock, chance, traffic, THREADS, log);
        this.intercepted = new Intercepted(config, clock, log, this::isOwn);
        this.certificateWatch = new CertificateWatch(certificates, files, log::info, log::warn);
        this.applicationSide = new ApplicationSide(config, application(), tls, clock, telling.connections(), log::warn);
        this.plane = new ControlPlane(config, telling.engine(), clock, chance, log, certificates, intercepted::publish);
        int cpus = Runtime.getRuntime().availableProcessors();
        this.loops = new Loops<>(
                Sockets.best(),
                config.workers() == 0 ? cpus : config.workers(),
                loop -> new Worker(loop, clock, traffic, Http2.streams(Http2Limits.DEFAULT)));
        Path restart = config.hotRestart();
        try {
            this.succession = restart == null ? Succession.none() : Succession.of(restart, loops.first());
            loops.inherit(succession.sockets());
            this.outbound = outbound(config.outbound());
            this.outbound6 = outbound6();
            this.inbound = config.application() == 0 ? null : inbound();
            openTcp();
            this.admin = Listener.open(
                    loops,
                    config.admin(),
                    config.connections(),
                    new Traffic(),
                    Http1.connections(config.limits(), Courses.pages(this), () -> draining));
            intercepted.listen();
            for (InetSocketAddress unused : succession.sockets().closeRest()) {
                log.info("proxy " + config.service() + ": nothing is to listen at " + unused + " any more");
            }
        } catch (IOException e) {
            intercepted.close();
            loops.close();
            names.close();
            telling.close();
            throw e;
        }
        this.handover =
                restart == null ? null : new Handover(restart, this::descriptors, replaced::countDown, log::warn);
        this.probe =
                inbound == null ? null : new Probe(loops.first(), application(), PROBE_MILLIS, this::applicationIs);
    }

    private static @Nullable InboundTls inboundTls(ProxyConfig config, PemCertificates certificates)
            throws IOException {
        Certificates.Inbound said = config.certificates().inbound();
        if (said == Certificates.Inbound.PLAINTEXT) {
            return null;
        }
        Opaque.Application application = config.opaque().application();
        return new InboundTls(
                certificates,
                said == Certificates.Inbound.MUTUAL,
                application == Opaque.Application.TCP ? List.of() : List.of("h2", "http/1.1"),
                application != Opaque.Application.HTTP,
                config.limits().headNanos());
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
        LoopDriver driver = new LoopDriver(telling.engine(), clock, plane.client());
        Unrouted unrouted = new Unrouted(config.passThrough(), names, this::isOwn);
        Unrouted never = Unrouted.refused(names);
        return Listener.open(
                loops,
                address,
                config.connections(),
                traffic,
                intercepted.outbound(
                        served(Courses.outbound(telling.engine(), driver, unrouted, null)),
                        new Reception(
                                telling.engine(),
                                plane.client(),
                                clock,
                                config.opaque().detectNanos(),
                                tcpProxy(driver),
                                (worker, meant) -> served(Courses.outbound(telling.engine(), driver, never, meant))
                                        .apply(worker))));
    }

    private TcpProxy tcpProxy(LoopDriver driver) {
        return new TcpProxy(
                telling.engine(), driver, clock, config.limits().connectNanos(), tcpTraffic, telling.connections());
    }

    /** One for each service that the application reaches by a port of its own. */
    private void openTcp() throws IOException {
        TcpProxy proxy = tcpProxy(new LoopDriver(telling.engine(), clock, plane.client()));
        for (Opaque.TcpListener one : config.opaque().listeners()) {
            tcp.add(Listener.open(
                    loops,
                    one.address(),
                    config.connections(),
                    traffic,
                    FixedTcp.handlers(one, proxy, clock, config.limits().headNanos())));
        }
    }

    private Listener inbound() throws IOException {
        return Listener.open(
                loops,
                inboundAddresses(),
                config.connections(),
                traffic,
                intercepted.inbound(applicationSide.handlers(served(
                        Courses.inbound(application(), telling.server(), new InboundTrace(telling.ambient()))))));
    }

    private Function<Worker, ChannelHandler> served(Function<Exchange, Course> courses) {
        return Http2.orHttp1(config.limits(), Http2Limits.DEFAULT, courses, () -> draining);
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
        plane.client().health(Health.STARTING, "the application takes no connections yet");
        plane.client().start();
        if (config.certificates().any()) {
            certificateWatch.begin();
            log.info("proxy " + config.service() + ": TLS is " + TlsEngines.provider());
        }
        log.info("proxy " + config.service() + ": outbound " + text(outbound) + ", admin " + text(admin));
        if (inbound != null && probe != null) {
            plane.offer(inbound.address().getPort());
            log.info("proxy " + config.service() + ": inbound " + text(inbound) + " for port " + config.application());
            probe.begin();
        } else {
            applicationIs(true);
        }
    }

    /** All that serve. */
    private List<Listener> listeners() {
        List<Listener> all = new ArrayList<>(tcp);
        all.add(outbound);
        if (outbound6 != null) {
            all.add(outbound6);
        }
        if (inbound != null) {
            all.add(inbound);
        }
        all.add(admin);
        return all;
    }

    private List<FileDescriptor> descriptors() {
        return listeners().stream()
                .map(Listener::descriptor)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Serves in the place of the process before, once this one can: when the application is there, and the control plane
     * has answered or is away.
     *
     * @throws IOException when no successor of this one could ask it
     */
    void succeed() throws IOException {
        if (handover == null) {
            return;
        }
        long until = clock.nanos() + CONNECT_NANOS;
        while (succession.isAny() && !(up && (plane.client().status().connected() || clock.nanos() > until))) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        handover.open(loops.first());
        listeners().forEach(Listener::resume);
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
        long until = clock.nanos() + config.drainNanos();
        List<Listener> all = listeners();
        all.forEach(listener -> listener.drain(Downstream.LEAVE));
        boolean served = true;
        for (Listener listener : all) {
            served &= listener.await(Math.max(1, (until - clock.nanos()) / MILLI));
        }
        all.forEach(listener -> listener.tell(Downstream.DRAIN));
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
            inbound.drain(Downstream.DRAIN);
        }
        outbound.drain(Downstream.DRAIN);
        tcp.forEach(listener -> listener.drain(Downstream.DRAIN));
        if (outbound6 != null) {
            outbound6.drain(Downstream.DRAIN);
        }
        long left = Math.max(1, (now + config.drainNanos() - clock.nanos()) / MILLI);
        boolean served = outbound.await(left);
        left = Math.max(1, (now + config.drainNanos() - clock.nanos()) / MILLI);
        served &= outbound6 == null || outbound6.await(left);
        left = Math.max(1, (now + config.drainNanos() - clock.nanos()) / MILLI);
        served &= inbound == null || inbound.await(left);
        for (Listener listener : tcp) {
            served &= listener.await(Math.max(1, (now + config.drainNanos() - clock.nanos()) / MILLI));
        }
        log.info("proxy " + config.service() + (served ? ": drained" : ": stops with calls still being served"));
    }

    @Override
    public @Nullable Page page(String path) {
        return switch (path) {
            case "/ready" ->
                draining || !up
                        ? new Page(503, TEXT, (draining ? "draining" : "the application takes no connections") + "\n")
                        : new Page(200, TEXT, "ready\n");
            case "/live" -> new Page(200, TEXT, "live\n");
            case "/metrics" ->
                new Page(
                        200,
                        "text/plain; version=0.0.4; charset=utf-8",
                        telling.metrics(loops.allocatedBytes(), this::write));
            case "/config" -> new Page(200, JSON, state() + "\n");
            default ->
                path.startsWith("/traces/")
                        ? new Page(200, JSON, telling.trace(path.substring("/traces/".length())) + "\n")
                        : null;
        };
    }

    private void write(MetricWriter out) {
        intercepted.write(out);
        tcpTraffic.write(out);
        applicationSide.write(out);
    }

    private String state() {
        Status status = plane.client().status();
        Json json = new Json();
        json.beginObject()
                .field("service", config.service())
                .field("namespace", config.namespace())
                .field("version", VERSION)
                .field("state", draining ? "DRAINING" : up ? "UP" : "STARTING")
                .field("inbound", inbound == null ? "" : text(inbound))
                .field("outbound", text(outbound))
                .field("connected", status.connected())
                .field("controlPlane", status.controlPlane())
                .field("lastError", status.lastError())
                .field("snapshot", telling.engine().snapshot().version());
        json.name("registrations").beginObject();
        for (Map.Entry<String, String> one : new TreeMap<>(status.registrations()).entrySet()) {
            json.field(one.getKey(), one.getValue());
        }
        return json.endObject().endObject().toString();
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
        if (probe != null) {
            probe.end();
        }
        outbound.close();
        tcp.forEach(Listener::close);
        if (outbound6 != null) {
            outbound6.close();
        }
        if (inbound != null) {
            inbound.close();
        }
        admin.close();
        if (handover != null) {
            handover.close();
        }
        plane.client().close();
        certificateWatch.close();
        intercepted.close();
        loops.close();
        names.close();
        telling.close();
    }
}
