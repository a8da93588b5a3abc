package dev.weft.proxy.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weft.proxy.listen.ProxyProtocol.Read;
import dev.weft.proxy.listen.ProxyProtocol.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of the PROXY protocol, read and written. */
class ProxyProtocolTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static InetSocketAddress at(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }

    private static Read line(String text) {
        return ProxyProtocol.read(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private static Read binary(String hex) {
        return ProxyProtocol.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(SIGNATURE + hex)));
    }

    @Test
    void aLineSaysForWhomTheConnectionIs() throws Exception {
        assertEquals(
                new Read.Head(at("192.0.2.1", 56324), at("198.51.100.2", 443)),
                line("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"));
        assertEquals(
                new Read.Head(at("2001:db8::1", 1), at("2001:db8::2", 65535)),
                line("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"));
        assertEquals(new Read.Head(null, null), line("PROXY UNKNOWN\r\n"));
        assertEquals(new Read.Head(null, null), line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"));
    }

    @Test
    void octetsSayForWhomTheConnectionIs() throws Exception {
        assertEquals(
                new Read.Head(at("192.0.2.1", 56324), at("198.51.100.2", 443)),
                binary("2111000cc0000201c6336402dc0401bb"));
        // with more behind the addresses, which is skipped
        assertEquals(
                new Read.Head(at("192.0.2.1", 56324), at("198.51.100.2", 443)),
                binary("21110010c0000201c6336402dc0401bb" + "04000100"));
        assertEquals(
                new Read.Head(at("2001:db8::1", 1), at("2001:db8::2", 2)),
                binary("21210024" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002"
                        + "00010002"));
        assertEquals(new Read.Head(null, null), binary("20000000"));
        assertEquals(new Read.Head(null, null), binary("21000000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443 1\r\n",
                "PROXY TCP4 192.0.2.1  198.51.100.2 56324 443\r\n",
                "PROXY TCP4 192.0.2.300 198.51.100.2 56324 443\r\n",
                "PROXY TCP4 host.example 198.51.100.2 56324 443\r\n",
                "PROXY TCP4 2001:db8::1 198.51.100.2 56324 443\r\n",
                "PROXY TCP6 192.0.2.1 198.51.100.2 56324 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 01 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 -1 443\r\n",
                "PROXY UDP4 192.0.2.1 198.51.100.2 1 443\r\n",
                "PROXY \r\n"
            })
    void aLineOfAnotherFormIsRefused(String text) {
        assertInstanceOf(Read.Bad.class, line(text));
    }

    @Test
    void aLineWithoutEndIsRefused() {
        assertInstanceOf(Read.Bad.class, line("PROXY " + "x".repeat(200)));
    }

    @ParameterizedTest
    @CsvSource({
        "1111000cc0000201c6336402dc0401bb", // version 1
        "2211000cc0000201c6336402dc0401bb", // no such command
        "2111000bc0000201c6336402dc0401bb", // too short for its addresses
        "2111ffffc0000201c6336402dc0401bb" // longer than anything has to be
    })
    void octetsOfAnotherFormAreRefused(String hex) {
        assertInstanceOf(Read.Bad.class, binary(hex));
    }

    @Test
    void whatIsSomethingElseIsSeenAtOnce() {
        for (String text : new String[] {"GET / HTTP/1.1\r\n", "PROXIMITY", "\r\n\r\nGET"}) {
            assertEquals(new Read.Absent(), line(text));
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsWrittenIsReadAndNothingBehindIt(Version version) throws Exception {
        for (String[] pair : new String[][] {{"192.0.2.1", "198.51.100.2"}, {"2001:db8::1", "fe80::2"}}) {
            ByteBuf head = ProxyProtocol.head(ByteBufAllocator.DEFAULT, version, at(pair[0], 1234), at(pair[1], 443));
            int octets = head.readableBytes();
            for (int i = 0; i < octets; i++) {
                assertEquals(new Read.More(), ProxyProtocol.read(head.slice(0, i)), "after " + i);
            }
            head.writeBytes("more".getBytes(StandardCharsets.US_ASCII));
            assertEquals(new Read.Head(at(pair[0], 1234), at(pair[1], 443)), ProxyProtocol.read(head));
            assertEquals("more", head.toString(StandardCharsets.US_ASCII));
            head.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void addressesOfDifferentKindsAreUnknown(Version version) throws Exception {
        ByteBuf head = ProxyProtocol.head(ByteBufAllocator.DEFAULT, version, at("192.0.2.1", 1), at("2001:db8::1", 2));
        assertEquals(new Read.Head(null, null), ProxyProtocol.read(head));
        head.release();
    }

    @Test
    void whateverComesNothingIsThrown() throws Exception {
        Random random = new Random(3);
        ByteBuf right =
                ProxyProtocol.head(ByteBufAllocator.DEFAULT, Version.V2, at("192.0.2.1", 1), at("192.0.2.2", 2));
        ByteBuf text = ProxyProtocol.head(ByteBufAllocator.DEFAULT, Version.V1, at("192.0.2.1", 1), at("192.0.2.2", 2));
        int heads = 0;
        for (int i = 0; i < 100_000; i++) {
            ByteBuf in = Unpooled.copiedBuffer(random.nextBoolean() ? right : text);
            in.setByte(random.nextInt(in.readableBytes()), random.nextInt(256));
            heads += ProxyProtocol.read(in) instanceof Read.Head ? 1 : 0;
        }
        assertEquals(true, heads > 0);
        right.release();
        text.release();
    }
}
