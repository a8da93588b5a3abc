package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.tcp.Meshed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections from others to the application, by what it speaks. */
class ApplicationSideTest {
    private final Meshed mesh = new Meshed();
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private Backend application;

    @BeforeEach
    void start() throws IOException {
        application = new Backend(with -> {
            with.say("hello ");
            for (int octet = with.read(); octet >= 0; octet = with.read()) {
                with.say(String.valueOf((char) octet));
            }
        });
    }

    @AfterEach
    void end() throws IOException {
        mesh.close();
        application.close();
    }

    private static ChannelHandler http(Worker worker) {
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

    private Client connect(Map<Key, String> keys) throws Exception {
        Map<Key, String> all = new EnumMap<>(Map.of(Key.SERVICE, "db"));
        all.putAll(keys);
        ApplicationSide side = new ApplicationSide(
                ProxyConfig.read(all, Map.of(), null),
                application.address(),
                null,
                System::nanoTime,
                mesh.metrics,
                log::add);
        var handlers = side.handlers(ApplicationSideTest::http);
        InetSocketAddress address = mesh.listen(channel -> channel.pipeline()
                .addLast(handlers.apply(new Worker(
                        channel.eventLoop(), System::nanoTime, new Traffic(), Http2.streams(Http2Limits.DEFAULT)))));
        return new Client(address);
    }

    @Test
    void anApplicationOfTcpMaySpeakFirst() throws Exception {
        try (Client client = connect(Map.of(Key.PROTOCOL, "tcp"))) {
            assertEquals("hello ", client.read(6));
            String row = mesh.metrics("istio_tcp_sent_bytes_total").get(0);
            assertTrue(row.startsWith("istio_tcp_sent_bytes_total{reporter=\"destination\","), row);
            assertTrue(row.endsWith("} 6"), row);
            client.send("GET /").finishSending();
            assertEquals("GET /", client.rest());
        }
    }

    @Test
    void ofOneThatSpeaksEitherTheFirstBytesDecide() throws Exception {
        try (Client client = connect(Map.of(Key.PROTOCOL, "auto", Key.DETECT_TIMEOUT, "1m"))) {
            assertEquals("http:GET /", client.send("GET /").rest());
        }
        try (Client client = connect(Map.of(Key.PROTOCOL, "auto", Key.DETECT_TIMEOUT, "1m"))) {
            client.send("get x").finishSending();
            assertEquals("hello get x", client.rest());
        }
        try (Client client = connect(Map.of(Key.PROTOCOL, "auto", Key.DETECT_TIMEOUT, "50ms"))) {
            assertEquals("hello ", client.read(6));
        }
    }

    @Test
    void theApplicationLearnsForWhomAConnectionIs() throws Exception {
        Map<Key, String> keys =
                Map.of(Key.PROTOCOL, "tcp", Key.APPLICATION_PROXY_PROTOCOL, "v1", Key.INBOUND_PROXY_PROTOCOL, "true");
        try (Client client = connect(keys)) {
            client.send("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nquestion")
                    .finishSending();
            assertTrue(client.rest().startsWith("hello PROXY TCP4 192.0.2.1 127.0.0.1 56324 "));
            assertTrue(application.received().endsWith("\r\nquestion"), application.received());
        }
    }

    @Test
    void withoutOneWhoHasConnectedCounts() throws Exception {
        try (Client client = connect(Map.of(Key.PROTOCOL, "tcp", Key.APPLICATION_PROXY_PROTOCOL, "v2"))) {
            client.send("?").finishSending();
            client.rest();
            assertEquals("\r\n\r\n\0\r\nQUIT\n!\21\0\f", application.received().substring(0, 16));
            assertEquals(16 + 12 + 1, application.received().length());
        }
    }

    @Test
    void aHeadMayComeInDropsAndBeforeHttp() throws Exception {
        try (Client client = connect(Map.of(Key.INBOUND_PROXY_PROTOCOL, "true"))) {
            for (char octet : "PROXY UNKNOWN\r\n".toCharArray()) {
                client.send(String.valueOf(octet));
            }
            assertEquals("http:GET", client.send("GET").rest());
        }
    }

    @Test
    void whereAHeadIsDueAConnectionWithoutIsReset() throws Exception {
        for (String said : new String[] {"GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 a b c d\r\n"}) {
            try (Client client = connect(Map.of(Key.INBOUND_PROXY_PROTOCOL, "true"))) {
                assertEquals("<reset>", client.send(said).rest());
            }
            String why = log.poll(60, TimeUnit.SECONDS);
            assertTrue(why != null && why.startsWith("a connection to the inbound listener is reset: "), why);
        }
        try (Client client = connect(Map.of(Key.INBOUND_PROXY_PROTOCOL, "true", Key.HEAD_TIMEOUT, "50ms"))) {
            assertEquals("<reset>", client.rest());
        }
        assertEquals("", application.received());
    }
}
