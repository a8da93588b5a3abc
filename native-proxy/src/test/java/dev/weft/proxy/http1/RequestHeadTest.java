package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads of requests: what they say, and which are refused by nginx or HAProxy and so by us. */
class RequestHeadTest {
    private final TextCache texts = new TextCache();
    private final RequestHead head = new RequestHead(HeadLimits.DEFAULT, PathNormalization.BASE, new ByteArrays());

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(
                text.replace("\\r", "\r")
                        .replace("\\n", "\n")
                        .replace("\\t", "\t")
                        .replace("\\0", "\0"),
                StandardCharsets.ISO_8859_1);
    }

    private int read(String text) {
        head.clear();
        return head.feed(bytes(text));
    }

    @Test
    void aHeadIsReadIntoItsParts() {
        ByteBuf in = bytes("POST /a/b?c=d HTTP/1.1\r\nHost: Shop.example:8080\r\nContent-Length: 5\r\nX-One:\t1 \r\n"
                + "x-one: 2\r\n\r\nhello");
        assertEquals(Fields.DONE, head.feed(in));
        assertEquals("hello", in.toString(StandardCharsets.US_ASCII));
        assertEquals("POST", head.method(texts));
        assertEquals("/a/b?c=d", head.path(texts));
        assertEquals("shop.example", head.host(texts));
        assertEquals(8080, head.port());
        assertEquals(5, head.contentLength());
        assertEquals("1", head.first("x-one", texts));
        assertEquals("1,2", head.fields.joined(head.bytes(), "x-one", texts));
        assertTrue(head.hasBody() && head.http11() && !head.close() && !head.absolute());
        assertFalse(head.idempotent());
    }

    @Test
    void anAbsoluteTargetNamesHostPortAndPath() {
        assertEquals(Fields.DONE, read("GET http://shop:81/x HTTP/1.1\\r\\nHost: SHOP:81\\r\\n\\r\\n"));
        assertTrue(head.absolute());
        assertEquals("shop", head.host(texts));
        assertEquals(81, head.port());
        assertEquals("/x", head.path(texts));
        assertEquals(Fields.DONE, read("GET http://shop HTTP/1.1\\r\\nHost: shop\\r\\n\\r\\n"));
        assertEquals("/", head.path(texts));
    }

    @Test
    void aPathIsReadInItsUsualFormAndTheQueryAsItIs() {
        String host = " HTTP/1.1\\r\\nHost: shop\\r\\nX: y\\r\\n\\r\\n";
        assertEquals(Fields.DONE, read("GET /a/../b/%63/./?d=/../%61//" + host));
        assertEquals("/b/c/?d=/../%61//", head.path(texts));
        assertEquals("y", head.first("x", texts));
        assertEquals(Fields.DONE, read("GET http://shop/a/../%62?c" + host));
        assertEquals("/b?c", head.path(texts));
        assertEquals(Fields.DONE, read("GET /a?/../../%zz" + host));
        assertEquals("/a?/../../%zz", head.path(texts));
        assertEquals(Fields.DONE, read("GET /x%2F" + host));
        assertEquals("/x%2F", head.path(texts));
        assertEquals(Fields.BAD, read("GET http://shop/a/../.." + host));
        assertEquals(Fields.BAD, read("GET /%zz?a" + host));
    }

    @Test
    void theUsualPortMayStandInOneOfTheTwoPlacesOfAHost() {
        assertEquals(Fields.DONE, read("GET http://shop:80/ HTTP/1.1\\r\\nHost: shop\\r\\n\\r\\n"));
        assertEquals(80, head.port());
        assertEquals(Fields.DONE, read("GET http://shop/ HTTP/1.1\\r\\nHost: shop:80\\r\\n\\r\\n"));
        assertEquals(Fields.BAD, read("GET http://shop/ HTTP/1.1\\r\\nHost: shop:81\\r\\n\\r\\n"));
        assertEquals(Fields.BAD, read("GET http://shop:80/ HTTP/1.1\\r\\nHost: shop:81\\r\\n\\r\\n"));
        assertEquals(Fields.BAD, read("GET http://shop:80/ HTTP/1.1\\r\\nHost: other\\r\\n\\r\\n"));
    }

    @Test
    void aHostMayBeAnAddressOfIpv6() {
        assertEquals(Fields.DONE, read("GET / HTTP/1.1\\r\\nHost: [::1]:90\\r\\n\\r\\n"));
        assertEquals("::1", head.host(texts));
        assertEquals(90, head.port());
    }

    @Test
    void whereItIsCutDoesNotMatter() {
        String text = "GET /p HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nX-Long: " + "v".repeat(3000) + "\r\n\r\n";
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            head.clear();
            int at = 0;
            int result = Fields.MORE;
            while (at < text.length()) {
                assertEquals(Fields.MORE, result);
                int next = Math.min(text.length(), at + 1 + random.nextInt(round < 2 ? 1 : 700));
                result = head.feed(bytes(text.substring(at, next)));
                at = next;
            }
            assertEquals(Fields.DONE, result);
            assertEquals(3000, head.first("x-long", texts).length());
        }
    }

    @ParameterizedTest
    @MethodSource
    void itIsRefused(RequestVector vector) {
        head.clear();
        int result = head.feed(Unpooled.copiedBuffer(vector.text(), StandardCharsets.ISO_8859_1));
        assertEquals(Integer.parseInt(vector.fate()), result);
    }

    static List<RequestVector> itIsRefused() {
        return RequestVector.all().stream().filter(RequestVector::head).toList();
    }

    @Test
    void whatIsTooLargeIsRefused() {
        assertEquals(431, read("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(70_000) + "\r\n\r\n"));
        assertEquals(431, read("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(100) + "\r\n"));
        assertEquals(Fields.DONE, read("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(99) + "\r\n"));
    }

    @Test
    void anUpgradeToHttp2IsNotOne() {
        String upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ";
        assertEquals(Fields.DONE, read(upgrade + "h2c\r\nHTTP2-Settings: x\r\n\r\n"));
        assertFalse(head.upgrade());
        assertEquals(Fields.DONE, read(upgrade + "websocket\r\n\r\n"));
        assertTrue(head.upgrade());
    }

    @Test
    void theSearchForControlCharactersFindsTheFirst() {
        Random random = new Random(3);
        byte[] text = new byte[64];
        for (int round = 0; round < 20_000; round++) {
            for (int i = 0; i < text.length; i++) {
                int drawn = random.nextInt(12);
                text[i] = (byte) (drawn == 0 ? random.nextInt(256) : drawn == 1 ? '\t' : ' ' + random.nextInt(95));
            }
            int from = random.nextInt(20);
            int plain = from;
            while (plain < text.length && !((text[plain] & 0xFF) < ' ' && text[plain] != '\t') && text[plain] != 0x7F) {
                plain++;
            }
            assertEquals(plain, Octets.control(text, from, text.length));
        }
    }
}
