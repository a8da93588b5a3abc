package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Defaults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/** What requests tell of whence they come, by what Envoy says of the same settings. */
class ForwardingTest {
    private static final Forwarding SIDECAR = Defaults.HEADS.forwarding();
    private static final Pattern ID = Pattern.compile(
            "\r\nx-request-id: ([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\r\n");
    private static final String LINE = "GET /a HTTP/1.1\r\nHost: a\r\n";
    private static final Forwarding EDGE = edge(0, RequestId.NONE);

    private final RequestHead head = new RequestHead(HeadLimits.DEFAULT, PathNormalization.BASE, new ByteArrays());

    private static Forwarding edge(int hops, RequestId ids) {
        return new Forwarding(true, true, hops, ids, "");
    }

    private static Forwarding behind(int hops) {
        return new Forwarding(true, false, hops, RequestId.NONE, "");
    }

    private static EmbeddedChannel channel(String address) {
        return new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(address, 4711);
            }
        };
    }

    private void read(String lines) {
        head.clear();
        ByteBuf in = Unpooled.copiedBuffer(LINE + lines + "\r\n", StandardCharsets.ISO_8859_1);
        assertEquals(MessageHead.DONE, head.feed(in));
    }

    /** What goes out of what came with these lines. */
    private String sent(Forwarding how, String from, String lines) {
        return sent(how, new Peer(channel(from)), lines);
    }

    private String sent(Forwarding how, Peer peer, String lines) {
        read(lines);
        how.apply(new AddedLines(head), peer);
        HeadEdits edits = new HeadEdits(head);
        edits.begin(head);
        edits.leaveHop(false);
        ByteBuf out = Unpooled.buffer();
        head.write(edits, null, out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static String id(String sent) {
        Matcher id = ID.matcher(sent);
        assertTrue(id.find(), sent);
        return id.group(1);
    }

    @Test
    void aSidecarAddsWhatIsMissing() {
        String sent = sent(SIDECAR, "10.1.0.7", "X: y\r\n");
        assertEquals(LINE + "X: y\r\nx-forwarded-proto: http\r\nx-request-id: " + id(sent) + "\r\n\r\n", sent);
        assertNotEquals(id(sent), id(sent(SIDECAR, "10.1.0.7", "")));
    }

    @Test
    void aSidecarLeavesWhatCame() {
        String came = "X-Forwarded-For: 1.2.3.4\r\nX-Request-ID: mine\r\nX-Forwarded-Proto: https\r\n";
        assertEquals(LINE + came + "\r\n", sent(SIDECAR, "10.1.0.7", came));
    }

    @Test
    void rulesAndTheLogSeeWhatIsAdded() {
        String sent = sent(SIDECAR, "10.1.0.7", "");
        assertEquals(id(sent), head.first("x-request-id", new TextCache()));
        assertEquals("http", head.first("x-forwarded-proto", new TextCache()));
    }

    @Test
    void whereNothingIsToBeToldAHeadStaysAsItIs() {
        assertEquals(LINE + "\r\n", sent(Forwarding.NONE, "10.1.0.7", ""));
    }

    /** Lines before it are taken away, and what stands behind moves up. */
    @Test
    void theHostIsStillTheOneThatTheRequestNames() {
        head.clear();
        String came = "GET /a HTTP/1.1\r\nX-Request-Id: 1\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"
                + "Host: shop:81\r\nX: \r\nY: evil.example and more than that, with blanks between\r\n\r\n";
        assertEquals(MessageHead.DONE, head.feed(Unpooled.copiedBuffer(came, StandardCharsets.ISO_8859_1)));
        edge(0, RequestId.GENERATE).apply(new AddedLines(head), new Peer(channel("10.1.0.7")));
        assertEquals("shop", head.host(new TextCache()));
        assertEquals(81, head.port());
    }

    @Test
    void theClientsAddressIsAdded() {
        assertEquals(LINE + "x-forwarded-for: 10.1.0.7\r\nx-forwarded-proto: http\r\n\r\n", sent(EDGE, "10.1.0.7", ""));
        assertTrue(sent(EDGE, "2001:db8:0:0:0:0:0:1", "").contains("x-forwarded-for: 2001:db8::1\r\n"));
    }

    @Test
    void allThatCameOfItIsOneLineWithTheClientAtItsEnd() {
        String came =
                "X-Forwarded-For: 1.1.1.1,2.2.2.2\r\nX: y\r\nx-forwarded-for:\r\nX-FORWARDED-FOR:  3.3.3.3 \r\nZ: z\r\n";
        assertEquals(
                LINE + "X: y\r\nZ: z\r\nx-forwarded-for: 1.1.1.1,2.2.2.2, 3.3.3.3, 10.1.0.7\r\n"
                        + "x-forwarded-proto: http\r\n\r\n",
                sent(EDGE, "10.1.0.7", came));
        assertEquals("y", head.first("x", new TextCache()));
        assertEquals("z", head.first("z", new TextCache()));
    }

    @Test
    void whatAClientSaysOfItselfIsNotBelieved() {
        String came = "X-Forwarded-Proto: https\r\nX-Request-Id: mine\r\nX-Forwarded-Proto: https\r\n";
        String sent = sent(edge(0, RequestId.GENERATE), "10.1.0.7", came);
        assertTrue(sent.contains("\r\nx-forwarded-proto: http\r\n"), sent);
        assertEquals(-1, sent.indexOf("https"), sent);
        assertEquals(-1, sent.indexOf("mine"), sent);
        id(sent);
    }

    @Test
    void aProxyThatIsTrustedHasSeenToTheProtocol() {
        String sent = sent(edge(1, RequestId.GENERATE), "10.1.0.7", "X-Forwarded-Proto: https\r\n");
        assertTrue(sent.contains("X-Forwarded-Proto: https\r\n"), sent);
        assertEquals(-1, sent.indexOf("x-forwarded-proto"), sent);
    }

    @Test
    void anIdCanBeKeptFromAnybodyOrNeverBeMade() {
        assertTrue(sent(edge(0, RequestId.PRESERVE), "10.1.0.7", "X-Request-Id: mine\r\n")
                .contains("X-Request-Id: mine\r\n"));
        id(sent(edge(0, RequestId.PRESERVE), "10.1.0.7", ""));
        assertTrue(sent(EDGE, "10.1.0.7", "X-Request-Id: mine\r\n").contains("X-Request-Id: mine\r\n"));
        assertEquals(-1, sent(EDGE, "10.1.0.7", "").indexOf("x-request-id"));
    }

    @Test
    void aClientOfTlsSaysSo() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(false);
        EmbeddedChannel channel = channel("10.1.0.7");
        channel.pipeline().addLast(new SslHandler(engine));
        assertTrue(sent(SIDECAR, new Peer(channel), "").contains("\r\nx-forwarded-proto: https\r\n"));
    }

    @Test
    void aClientOfThisHostIsWrittenAsOthersKnowTheHost() {
        assertTrue(sent(EDGE, "127.0.0.1", "").contains("x-forwarded-for: 127.0.0.1\r\n"));
        Forwarding known = new Forwarding(true, true, 0, RequestId.NONE, "10.9.9.9");
        assertTrue(sent(known, "::1", "").contains("x-forwarded-for: 10.9.9.9\r\n"));
        assertTrue(sent(known, "10.1.0.7", "").contains("x-forwarded-for: 10.1.0.7\r\n"));
    }

    @Test
    void noClientHasItLeftOutByNamingItAsForThisHopAlone() {
        String came = "Connection: x-forwarded-for, x-forwarded-proto, x-request-id, x-other\r\n"
                + "X-Forwarded-For: 1.1.1.1\r\nX-Other: 1\r\n";
        String sent = sent(edge(0, RequestId.GENERATE), "10.1.0.7", came);
        assertTrue(sent.contains("\r\nx-forwarded-for: 1.1.1.1, 10.1.0.7\r\nx-forwarded-proto: http\r\n"), sent);
        id(sent);
        assertEquals(-1, sent.indexOf("Other"), sent);
        assertTrue(sent(SIDECAR, "10.1.0.7", came).contains("X-Forwarded-For: 1.1.1.1\r\n"));
    }

    @Test
    void aHeadHasRoomForItHoweverLongItIs() {
        for (int length = 1900; length < 2100; length++) {
            String long1 = "X: " + "x".repeat(length) + "\r\n";
            String sent = sent(edge(0, RequestId.GENERATE), "10.1.0.7", "X-Forwarded-For: 1.1.1.1\r\n" + long1);
            assertEquals(
                    LINE + long1 + "x-forwarded-for: 1.1.1.1, 10.1.0.7\r\nx-forwarded-proto: http\r\nx-request-id: "
                            + id(sent) + "\r\n\r\n",
                    sent);
        }
    }

    @Test
    void aBodyBehindTheHeadIsNotTouched() {
        ByteBuf in = Unpooled.copiedBuffer(LINE + "Content-Length: 5\r\n\r\nhello", StandardCharsets.ISO_8859_1);
        head.clear();
        assertEquals(MessageHead.DONE, head.feed(in));
        edge(0, RequestId.GENERATE).apply(new AddedLines(head), new Peer(channel("10.1.0.7")));
        assertEquals("hello", in.toString(StandardCharsets.US_ASCII));
    }

    // ---- whose request it is

    private String source(Forwarding how, String lines) {
        sent(how, "10.1.0.7", lines);
        return how.source(head, "10.1.0.7");
    }

    @Test
    void aRequestIsWhoseTheLastProxySaysThatItIs() {
        assertEquals("2.2.2.2", source(behind(0), "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 3.3.3.3, 2.2.2.2\r\n"));
        assertEquals("3.3.3.3", source(behind(1), "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 3.3.3.3, 2.2.2.2\r\n"));
        assertEquals("1.1.1.1", source(behind(2), "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 3.3.3.3, 2.2.2.2\r\n"));
        assertEquals(
                "10.1.0.7", source(behind(3), "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 3.3.3.3, 2.2.2.2\r\n"));
        assertEquals("2001:db8::1", source(behind(0), "X-Forwarded-For: 2001:DB8:0::1\r\n"));
    }

    @Test
    void whatIsNoAddressOrThisHostsOwnSaysNothing() {
        assertEquals("10.1.0.7", source(behind(0), ""));
        assertEquals("10.1.0.7", source(behind(0), "X-Forwarded-For: 1.1.1.1, unknown\r\n"));
        assertEquals("10.1.0.7", source(behind(0), "X-Forwarded-For: 1.1.1.1,\r\n"));
        assertEquals("10.1.0.7", source(behind(0), "X-Forwarded-For: 127.0.0.1\r\n"));
    }

    @Test
    void atTheEdgeItIsTheClientsUnlessAProxyBeforeItIsTrusted() {
        String came = "X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n";
        assertEquals("10.1.0.7", source(edge(0, RequestId.NONE), came));
        assertEquals("2.2.2.2", source(edge(1, RequestId.NONE), came));
        assertEquals("1.1.1.1", source(edge(2, RequestId.NONE), came));
        assertEquals("10.1.0.7", source(edge(3, RequestId.NONE), came));
    }
}
