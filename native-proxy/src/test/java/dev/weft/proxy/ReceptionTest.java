package dev.weft.proxy;

import static dev.weft.proxy.tcp.Meshed.cluster;
import static dev.weft.proxy.tcp.Meshed.opaque;
import static dev.weft.proxy.tcp.Meshed.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Answer;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TcpProxy;
import dev.weft.engine.snapshot.VirtualHost;
import dev.weft.proxy.http1.Meant;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.sniff.ClientHelloTest;
import dev.weft.proxy.tcp.Meshed;
import dev.weft.proxy.tcp.Tunnels;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who serves a connection to a service: by what its port is declared to speak, or by its first bytes. */
class ReceptionTest {
    private static final long MILLI = 1_000_000;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Meshed mesh = new Meshed();
    private Backend db;
    private Backend vault;
    private Backend smtp;

    @BeforeEach
    void start() throws IOException {
        db = new Backend(echoing("db:"));
        vault = new Backend(echoing("vault:"));
        smtp = new Backend(with -> {
            with.say("220 smtp");
            while (with.read() >= 0) {}
        });
    }

    @AfterEach
    void end() throws IOException {
        mesh.close();
        db.close();
        vault.close();
        smtp.close();
        assertEquals(List.of(), mesh.bugs());
    }

    private static Backend.Play echoing(String word) {
        return with -> {
            with.say(word);
            for (int octet = with.read(); octet >= 0; octet = with.read()) {
                with.say(String.valueOf((char) octet));
            }
        };
    }

    /** Says that it is HTTP's, and what it got. */
    private static ChannelHandler http(Worker worker, Meant meant) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                String got = ((ByteBuf) message).toString(StandardCharsets.ISO_8859_1);
                ((ByteBuf) message).release();
                context.writeAndFlush(Unpooled.copiedBuffer("http:" + got, StandardCharsets.ISO_8859_1))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        };
    }

    private static VirtualHost both(String host, TcpProxy tcp) {
        Route web = new Route("all", Match.ANY, Action.Forward.to("web"));
        return new VirtualHost(host, List.of(host), List.of(web), false, tcp);
    }

    private void publish() {
        mesh.publish(
                List.of(
                        opaque("db", to("db")),
                        opaque("smtp", to("smtp")),
                        opaque("tls", to(Meshed.HOUR, true, "db")),
                        opaque("vault", to(Meshed.HOUR, true, "vault")),
                        both("any", to(Meshed.HOUR, true, "db")),
                        both("mail", to(Meshed.HOUR, true, "smtp")),
                        new VirtualHost(
                                "shop",
                                List.of("shop"),
                                List.of(new Route("all", Match.ANY, Action.Forward.to("web"))))),
                cluster("db", db.address()),
                cluster("smtp", smtp.address()),
                cluster("vault", vault.address()),
                cluster("web"));
    }

    /** What becomes of connections that the rules don't lead. */
    private Consumer<Channel> outward = dev.weft.proxy.tcp.TcpProxy.RESET;

    private Client connect(String service, long detectNanos) throws IOException {
        return connect(service, detectNanos, Outside.NONE);
    }

    private Client connect(String service, long detectNanos, Outside outside) throws IOException {
        Reception reception = new Reception(
                mesh.engine, outside, System::nanoTime, detectNanos, mesh.proxy(outside), ReceptionTest::http);
        Meant meant = new Meant(service, 1234, Set.of("db", "vault", "any")::contains, null);
        InetSocketAddress address = mesh.listen(channel -> reception.serve(
                new Worker(channel.eventLoop(), System::nanoTime, new Traffic(), Http2.streams(Http2Limits.DEFAULT)),
                channel,
                meant,
                outward));
        return new Client(address);
    }

    @Test
    void whoSpeaksFirstOnADeclaredPortIsNotWaitedFor() throws Exception {
        publish();
        try (Client client = connect("smtp", Meshed.HOUR)) {
            assertEquals("220 smtp", client.read(8));
        }
    }

    @Test
    void whoSpeaksFirstOnAnyOtherPortIsHeardAfterABoundedTime() throws Exception {
        publish();
        try (Client client = connect("mail", 50 * MILLI)) {
            assertEquals("220 smtp", client.read(8));
        }
    }

    @Test
    void whatIsDeclaredToBeHttpIsServedAsThatWhateverItSays() throws Exception {
        publish();
        try (Client client = connect("shop", Meshed.HOUR)) {
            assertEquals("http:\u0016\u0003", client.send("\u0016\u0003").rest());
        }
    }

    @Test
    void httpIsToldByItsFirstBytesAndGetsAllOfThem() throws Exception {
        publish();
        try (Client client = connect("any", Meshed.HOUR)) {
            assertEquals(
                    "http:GET / HTTP/1.1\r\n", client.send("GET / HTTP/1.1\r\n").rest());
        }
        try (Client client = connect("any", Meshed.HOUR)) {
            for (char letter : "GET ".toCharArray()) {
                client.send(String.valueOf(letter));
            }
            assertTrue(client.send("/").rest().startsWith("http:GET /"));
        }
        try (Client client = connect("any", Meshed.HOUR)) {
            assertEquals("http:" + PREFACE, client.send(PREFACE).rest());
        }
    }

    @Test
    void whatIsNoHttpGoesToTheServiceAsItIs() throws Exception {
        publish();
        for (String said : List.of("\u0000\u0001binary", "SET a 1\r\n")) {
            try (Client client = connect("any", Meshed.HOUR)) {
                client.send(said).finishSending();
                assertEquals("db:" + said, client.rest());
            }
        }
    }

    @Test
    void aClientThatEndsBeforeItIsUnderstoodIsServedAllTheSame() throws Exception {
        publish();
        try (Client client = connect("any", Meshed.HOUR)) {
            client.send("GE").finishSending();
            assertEquals("db:GE", client.rest());
        }
        try (Client client = connect("any", Meshed.HOUR)) {
            client.finishSending();
            assertEquals("", client.rest());
        }
    }

    @Test
    void theNameThatAClientOfTlsSaysDecides() throws Exception {
        publish();
        for (String service : List.of("any", "tls")) {
            String named = hello("vault");
            String stranger = hello("elsewhere.example");
            String nameless = hello("");
            try (Client client = connect(service, Meshed.HOUR)) {
                client.send(named).finishSending();
                assertEquals("vault:" + named, client.rest());
            }
            try (Client client = connect(service, Meshed.HOUR)) {
                client.send(stranger).finishSending();
                assertEquals("db:" + stranger, client.rest());
            }
            try (Client client = connect(service, Meshed.HOUR)) {
                client.send(nameless).finishSending();
                assertEquals("db:" + nameless, client.rest());
            }
        }
    }

    private static String hello(String name) throws Exception {
        return new String(ClientHelloTest.hello(name), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aMessageThatComesInDropsIsWaitedFor() throws Exception {
        publish();
        String named = hello("vault");
        try (Client client = connect("tls", Meshed.HOUR)) {
            for (char octet : named.toCharArray()) {
                client.send(String.valueOf(octet));
            }
            client.finishSending();
            assertEquals("vault:" + named, client.rest());
        }
    }

    @Test
    void nobodyWaitsForAConfigurationWhileTheMeshIsPaused() throws Exception {
        Tunnels tunnels = new Tunnels(5_000_000_000L, Meshed.HOUR, System::nanoTime);
        outward = client -> tunnels.lead(client, vault.address());
        mesh.engine.pause(true);
        Outside silent = (question, answer) -> {};
        try (Client client = connect("cold", Meshed.HOUR, silent)) {
            client.send("x").finishSending();
            assertEquals("vault:x", client.rest());
        }
        publish();
        try (Client client = connect("db", Meshed.HOUR, silent)) {
            client.send("x").finishSending();
            assertEquals("vault:x", client.rest(), "what it was meant for says nothing now");
        }
        mesh.engine.pause(false);
        try (Client client = connect("db", Meshed.HOUR, silent)) {
            client.send("x").finishSending();
            assertEquals("db:x", client.rest());
        }
    }

    @Test
    void whoseConfigurationIsNotHereYetIsWaitedFor() throws Exception {
        Outside later = (question, answer) -> {
            publish();
            answer.accept(Answer.READY);
        };
        try (Client client = connect("smtp", Meshed.HOUR, later)) {
            assertEquals("220 smtp", client.read(8));
        }
    }

    @Test
    void whoHasToSayANameSaysItOnceItsConfigurationIsHere() throws Exception {
        Outside later = (question, answer) -> {
            publish();
            answer.accept(Answer.READY);
        };
        String named = hello("vault");
        try (Client client = connect("tls", Meshed.HOUR, later)) {
            client.send(named).finishSending();
            assertEquals("vault:" + named, client.rest());
        }
    }

    @Test
    void whoIsCalledByHttpIsServedOnceItsConfigurationIsHere() throws Exception {
        Outside later = (question, answer) -> {
            publish();
            answer.accept(Answer.READY);
        };
        try (Client client = connect("shop", Meshed.HOUR, later)) {
            assertEquals("http:GET", client.send("GET").rest());
        }
    }

    @Test
    void whereThereIsNoConfigurationHttpSaysWhy() throws Exception {
        Outside never = (question, answer) -> answer.accept(new Answer.Failed("no control plane"));
        try (Client client = connect("gone", Meshed.HOUR, never)) {
            assertEquals("http:GET", client.send("GET").rest());
        }
    }
}
