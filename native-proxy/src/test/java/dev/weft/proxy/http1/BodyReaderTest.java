package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where bodies end, however they are cut. */
class BodyReaderTest {
    private final BodyReader body = new BodyReader();

    private int take(String text) {
        return body.take(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    @Test
    void aLengthIsCounted() {
        body.length(5);
        assertEquals(3, take("abc"));
        assertFalse(body.done());
        assertEquals(2, take("deGET /"));
        assertTrue(body.done());
    }

    @Test
    void chunksEndBehindTheTrailersWhereverTheyAreCut() {
        String text = "5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n";
        for (int cut = 0; cut <= text.length(); cut++) {
            body.chunked();
            assertEquals(cut, take(text.substring(0, cut)));
            assertEquals(cut == text.length(), body.done());
            assertEquals(text.length() - cut, take(text.substring(cut) + (cut < text.length() ? "GET" : "")));
            assertTrue(body.done());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x5\r\nhello\r\n",
                "5 \r\nhello\r\n",
                " 5\r\nhello\r\n",
                "+5\r\nhello\r\n",
                "-1\r\n",
                "\r\nhello\r\n",
                "5\nhello\r\n",
                "5\rhello\r\n",
                "5\r\nhello0\r\n",
                "5\r\nhello\n0\r\n",
                "5\r\nhelloXX",
                "FFFFFFFFFFFFFFFFF\r\n",
                "0000000000000005\r\n",
                "5;a\nb\r\nhello\r\n",
                "5;a\u0000\r\nhello\r\n",
                "0\r\nX\r\n\r\n",
                "0\r\n: y\r\n\r\n",
                "0\r\nX : y\r\n\r\n",
                "0\r\nX: a\nb\r\n\r\n",
                "0\r\nX: y\r\n\n",
                "g\r\n"
            })
    void chunksThatSomebodyMightReadDifferentlyAreRefused(String text) {
        body.chunked();
        take(text);
        assertTrue(body.bad(), text);
    }

    @Test
    void whatComesBesideChunksIsBounded() {
        body.chunked();
        take("5;" + "x".repeat(300) + "\r\n");
        assertTrue(body.bad());
        body.chunked();
        take("0\r\nX: " + "x".repeat(9000) + "\r\n\r\n");
        assertTrue(body.bad());
    }
}
