package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads of requests: what they say, and which are refused by nginx or HAProxy and so by us. */
class RequestHeadTest {
    private final TextCache texts = new TextCache();
    private final RequestHead head = new RequestHead(HeadLimits.DEFAULT, new ByteArrays());

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
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | content length and chunked | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "400 | chunked and content length | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 5\\r\\n\\r\\n",
                "400 | two equal lengths | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nContent-Length: 5\\r\\n\\r\\n",
                "400 | two different lengths | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\n",
                "400 | a list of lengths | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5, 5\\r\\n\\r\\n",
                "400 | a length with a sign | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +5\\r\\n\\r\\n",
                "400 | a negative length | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -5\\r\\n\\r\\n",
                "400 | a hexadecimal length | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0x5\\r\\n\\r\\n",
                "400 | an empty length | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:\\r\\n\\r\\n",
                "400 | a length that overflows | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\n",
                "400 | a space before the colon | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length : 5\\r\\n\\r\\n",
                "400 | the same for an encoding | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding : chunked\\r\\n\\r\\n",
                "400 | a tab before the colon | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding\\t: chunked\\r\\n\\r\\n",
                "501 | an unknown encoding | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n",
                "400 | an encoding behind a vertical tab | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: \u000bchunked\\r\\n\\r\\n",
                "501 | chunked is not the last | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked, identity\\r\\n\\r\\n",
                "501 | chunked is not the only one | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n",
                "400 | chunked twice | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "501 | an encoding in quotes | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: \"chunked\"\\r\\n\\r\\n",
                "400 | chunked in HTTP/1.0 | POST / HTTP/1.0\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "400 | a folded line | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: b\\r\\n c\\r\\n\\r\\n",
                "400 | a folded first line | GET / HTTP/1.1\\r\\n Host: a\\r\\n\\r\\n",
                "400 | line feeds alone | GET / HTTP/1.1\\nHost: a\\n\\n",
                "400 | one line feed alone | GET / HTTP/1.1\\r\\nHost: a\\nX: b\\r\\n\\r\\n",
                "400 | a line feed alone at the end | GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r \\n",
                "400 | a carriage return alone | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: b\\rc\\r\\n\\r\\n",
                "400 | a null in a value | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: b\\0c\\r\\n\\r\\n",
                "400 | a delete in a value | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: b\u007fc\\r\\n\\r\\n",
                "400 | a null in a name | GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\0: b\\r\\n\\r\\n",
                "400 | no name | GET / HTTP/1.1\\r\\nHost: a\\r\\n: b\\r\\n\\r\\n",
                "400 | no colon | GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\r\\n\\r\\n",
                "400 | a bracket in a name | GET / HTTP/1.1\\r\\nHost: a\\r\\nX[0]: b\\r\\n\\r\\n",
                "400 | no host | GET / HTTP/1.1\\r\\nX: b\\r\\n\\r\\n",
                "400 | two hosts | GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n",
                "400 | an empty host | GET / HTTP/1.1\\r\\nHost:\\r\\n\\r\\n",
                "400 | a user in the host | GET / HTTP/1.1\\r\\nHost: a@b\\r\\n\\r\\n",
                "400 | a path in the host | GET / HTTP/1.1\\r\\nHost: a/b\\r\\n\\r\\n",
                "400 | two words in the host | GET / HTTP/1.1\\r\\nHost: a b\\r\\n\\r\\n",
                "400 | a list of hosts | GET / HTTP/1.1\\r\\nHost: a:1,b:2\\r\\n\\r\\n",
                "400 | a port that is none | GET / HTTP/1.1\\r\\nHost: a:b\\r\\n\\r\\n",
                "400 | a port that is too high | GET / HTTP/1.1\\r\\nHost: a:65536\\r\\n\\r\\n",
                "400 | an open bracket | GET / HTTP/1.1\\r\\nHost: [::1\\r\\n\\r\\n",
                "400 | another host in the target | GET http://b/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a user in the target | GET http://u@a/ HTTP/1.1\\r\\nHost: u@a\\r\\n\\r\\n",
                "400 | another scheme | GET https://a/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a target without slash | GET a HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | an asterisk for another method | GET * HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a control character in the path | GET /\u0001 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a high byte in the path | GET /\u00e4 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a fragment | GET /a#b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a space in the path | GET /a b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | two spaces | GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a tab in between | GET\\t/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | a space at the end | GET / HTTP/1.1 \\r\\nHost: a\\r\\n\\r\\n",
                "400 | a space at the beginning | ` GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n`",
                "400 | no version | GET /\\r\\n\\r\\n",
                "400 | a version in lower case | GET / http/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "505 | another version | GET / HTTP/1.2\\r\\nHost: a\\r\\n\\r\\n",
                "505 | HTTP/2 | PRI * HTTP/2.0\\r\\n\\r\\n",
                "400 | a method in lower case | get / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "405 | TRACE | TRACE / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "405 | CONNECT | CONNECT a:443 HTTP/1.1\\r\\nHost: a:443\\r\\n\\r\\n",
                "417 | another expectation | POST / HTTP/1.1\\r\\nHost: a\\r\\nExpect: 101-dalmatians\\r\\n\\r\\n",
            })
    void itIsRefused(int status, String what, String text) {
        assertEquals(status, read(text), what);
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
