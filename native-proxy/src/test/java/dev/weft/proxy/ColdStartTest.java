package dev.weft.proxy;

import static dev.weft.proxy.tcp.Meshed.cluster;
import static dev.weft.proxy.tcp.Meshed.opaque;
import static dev.weft.proxy.tcp.Meshed.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.report.Log;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.proxy.address.VirtualAddresses;
import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.Opaque;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.Meant;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Unrouted;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.tcp.Meshed;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes before the first directory, over real sockets: it waits, on every way into the proxy. */
class ColdStartTest {
    private static final int PORT = 5432;

    private final Meshed mesh = new Meshed();
    private final Names names = new Names();
    private final Late late = new Late();
    private Intercepted intercepted;
    private Backend backend;

    /** A control plane that answers when the test wants it to. DNS has an address for every name meanwhile. */
    private static final class Late implements Outside {
        private final BlockingQueue<Consumer<Answer>> waiting = new LinkedBlockingQueue<>();

        @Override
        public void ask(Question question, Consumer<Answer> answer) {
            if (question instanceof Question.Warm warm && warm.known()) {
                waiting.add(answer);
            } else {
                answer.accept(Answer.PASS);
            }
        }

        /** Waits until somebody waits. */
        Consumer<Answer> next() throws InterruptedException {
            Consumer<Answer> next = waiting.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nobody waits");
            }
            return next;
        }
    }

    private final Log log = new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    };

    @BeforeEach
    void start() throws Exception {
        backend = new Backend(Backend.always(Backend.ok("mesh")));
        ProxyConfig config = ProxyConfig.read(Map.of(Key.SERVICE, "asker", Key.INTERCEPT, "true"), Map.of(), null);
        intercepted = new Intercepted(config, mesh.engine, System::nanoTime, log, log, to -> false);
    }

    @AfterEach
    void end() throws IOException {
        mesh.close();
        intercepted.close();
        names.close();
        backend.close();
        assertEquals(List.of(), mesh.bugs());
    }

    private void publish(Directory.State state, List<String> known, List<VirtualHost> hosts) {
        Map<String, Directory.Entry> entries = new HashMap<>();
        known.forEach(name -> entries.put(name, new Directory.Entry(name, Set.of())));
        Cluster cluster = cluster("web", backend.address());
        Snapshot snapshot = new Snapshot("1", new Directory(state, entries), hosts, Map.of("web", cluster));
        mesh.engine.publish(snapshot);
        intercepted.publish(snapshot);
    }

    /** The service is known, and this speaks HTTP. */
    private void publish(String service) {
        Route all = new Route("all", Match.ANY, Action.Forward.to("web"));
        publish(
                Directory.State.KNOWN,
                List.of(service),
                List.of(new VirtualHost(service, List.of(service), List.of(all))));
    }

    private Worker worker(Channel channel) {
        return new Worker(channel.eventLoop(), System::nanoTime, new Traffic(), Http2.streams(Http2Limits.DEFAULT));
    }

    private ChannelHandler http(Worker worker, boolean passThrough, @Nullable Meant meant) {
        LoopDriver driver = new LoopDriver(mesh.engine, System::nanoTime, late);
        Unrouted unrouted = new Unrouted(passThrough, names, to -> false);
        return Http2.orHttp1(
                        Http1Limits.DEFAULT,
                        Http2Limits.DEFAULT,
                        Courses.outbound(mesh.engine, driver, unrouted, meant),
                        () -> false)
                .apply(worker);
    }

    private Client explicit(boolean passThrough) throws IOException {
        return new Client(mesh.listen(channel -> channel.pipeline().addLast(http(worker(channel), passThrough, null))));
    }

    private static String get(String host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static String absolute(String host) {
        return "GET http://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    // ---- the outbound listener

    @ParameterizedTest
    @ValueSource(strings = {"shop", "localhost", "127.0.0.1"})
    void aRequestThatOnlyTheMeshCouldLeadWaitsForIt(String host) throws Exception {
        try (Client client = explicit(true)) {
            client.send(get(host));
            Consumer<Answer> waiting = late.next();
            publish(host);
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("mesh"), client.answer());
        }
    }

    @Test
    void soDoesOneOfAClientThatKnowsTheProxyWhereNothingPassesThrough() throws Exception {
        try (Client client = explicit(false)) {
            client.send(absolute("shop"));
            Consumer<Answer> waiting = late.next();
            publish("shop");
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("mesh"), client.answer());
        }
    }

    @Test
    void oneThatDnsCanLeadGoesOnAtOnceWhereItMay() throws Exception {
        try (Backend outside = new Backend(Backend.always(Backend.ok("outside")));
                Client client = explicit(true)) {
            client.send(absolute("localhost:" + outside.address().getPort()));
            assertEquals(Backend.ok("outside"), client.answer());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"KNOWN", "FAILED"})
    void aHostThatTurnsOutToBeNobodysIsNotFound(Directory.State state) throws Exception {
        try (Client client = explicit(true)) {
            client.send(get("shop"));
            Consumer<Answer> waiting = late.next();
            publish(state, List.of(), List.of());
            waiting.accept(Answer.READY);
            assertTrue(client.answer().startsWith("HTTP/1.1 404 "));
            assertTrue(client.send(get("shop")).answer().startsWith("HTTP/1.1 404 "), "nobody waits any more");
        }
    }

    @Test
    void whatDoesNotComeInTimeIsUnavailableAndTheAnswerSaysWhy() throws Exception {
        try (Client client = explicit(true)) {
            client.send(get("shop"));
            late.next().accept(new Answer.Failed("no control plane"));
            String answer = client.answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("no control plane"), answer);
        }
    }

    @Test
    void whilePausedARequestWaitsForTheNamesAlone() throws Exception {
        mesh.engine.pause(true);
        try (Backend outside = new Backend(Backend.always(Backend.ok("outside")));
                Client client = explicit(true)) {
            client.send(get("localhost:" + outside.address().getPort()));
            Consumer<Answer> waiting = late.next();
            publish("localhost");
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("outside"), client.answer());
        }
    }

    // ---- a listener for one service

    private Client fixed(String service) throws IOException {
        Opaque.TcpListener listener =
                new Opaque.TcpListener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service, PORT);
        return new Client(mesh.listen(channel -> channel.pipeline()
                .addLast(FixedTcp.handlers(
                                listener, mesh.proxy(late), intercepted.bypass(), System::nanoTime, Meshed.HOUR)
                        .apply(worker(channel)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", "localhost"})
    void aConnectionToAServiceWaits(String service) throws Exception {
        try (Client client = fixed(service)) {
            client.send(get("any"));
            Consumer<Answer> waiting = late.next();
            publish(Directory.State.KNOWN, List.of(service), List.of(opaque(service, to("web"))));
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("mesh"), client.answer());
        }
    }

    @Test
    void oneToAServiceThatThereIsNotIsReset() throws Exception {
        try (Client client = fixed("db")) {
            Consumer<Answer> waiting = late.next();
            publish(Directory.State.FAILED, List.of(), List.of());
            waiting.accept(Answer.READY);
            assertEquals("<reset>", client.rest());
        }
    }

    // ---- interception

    private Client intercepted(InetSocketAddress going) throws IOException {
        Reception reception = new Reception(
                mesh.engine,
                late,
                System::nanoTime,
                Meshed.HOUR,
                mesh.proxy(late),
                (worker, meant) -> http(worker, false, meant));
        return new Client(mesh.listen(channel -> intercepted.serve(worker(channel), channel, going, reception)));
    }

    /** The one that the service is going to have: it is made of the name. */
    private static InetSocketAddress virtual(String service) {
        VirtualAddresses same = new VirtualAddresses(VirtualAddresses.DEFAULT_IPV4, null);
        return new InetSocketAddress(
                same.assign(List.of(service), 0).get(service).get(0), 80);
    }

    @Test
    void aConnectionToAVirtualAddressThatSomebodyStillHoldsWaits() throws Exception {
        try (Client client = intercepted(virtual("shop"))) {
            client.send(get("any"));
            Consumer<Answer> waiting = late.next();
            publish("shop");
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("mesh"), client.answer());
        }
    }

    @Test
    void oneToAnAddressThatARuleTakesIsServedByIt() throws Exception {
        try (Backend original = new Backend(Backend.always(Backend.ok("original")));
                Client client = intercepted(original.address())) {
            client.send(get("any"));
            Consumer<Answer> waiting = late.next();
            publish("127.0.0.1");
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("mesh"), client.answer());
            assertEquals(0, original.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"KNOWN", "FAILED"})
    void anyOtherGoesOnToWhereItWasGoing(Directory.State state) throws Exception {
        try (Backend original = new Backend(Backend.always(Backend.ok("original")));
                Client client = intercepted(original.address())) {
            client.send(get("any"));
            Consumer<Answer> waiting = late.next();
            publish(state, List.of(), List.of());
            waiting.accept(Answer.READY);
            assertEquals(Backend.ok("original"), client.answer());
        }
    }

    @Test
    void whatAClientHasSaidBeforeItEndedItsHalfIsNotLost() throws Exception {
        try (Backend original = new Backend(with -> {
                    StringBuilder all = new StringBuilder();
                    for (int octet = with.read(); octet >= 0; octet = with.read()) {
                        all.append((char) octet);
                    }
                    with.say("got " + all);
                });
                Client client = intercepted(original.address())) {
            client.send("all").finishSending();
            Consumer<Answer> waiting = late.next();
            publish(Directory.State.KNOWN, List.of(), List.of());
            waiting.accept(Answer.READY);
            assertEquals("got all", client.rest());
        }
    }

    @Test
    void whilePausedItGoesThereAtOnce() throws Exception {
        mesh.engine.pause(true);
        try (Backend original = new Backend(Backend.always(Backend.ok("original")));
                Client client = intercepted(original.address())) {
            assertEquals(Backend.ok("original"), client.send(get("any")).answer());
        }
    }

    @Test
    void aVirtualAddressThatNobodyHasIsReset() throws Exception {
        try (Client client = intercepted(virtual("shop"))) {
            Consumer<Answer> waiting = late.next();
            publish(Directory.State.KNOWN, List.of(), List.of());
            waiting.accept(Answer.READY);
            assertEquals("<reset>", client.rest());
        }
    }
}
