package dev.weft.proxy.sniff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What first bytes look like. */
class SpokenTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1           | HTTP1",
                "GET /                    | HTTP1",
                "OPTIONS * HTTP/1.1       | HTTP1",
                "VERSION-CONTROL /        | HTTP1",
                "GET http://shop/         | HTTP1",
                "CONNECT db:5432          | HTTP1",
                "PRI /                    | HTTP1",
                "GET                      | MORE",
                "PRI                      | MORE",
                "PRI * HTTP/2.0           | MORE",
                "PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n | HTTP2",
                "\\x16                     | MORE",
                "\\x16\\x03                 | TLS",
                "\\x16\\x04                 | OTHER",
                "get key                  | OTHER",
                "SET key 1                | OTHER",
                "PING\\r\\n                 | OTHER",
                "*1\\r\\n$4\\r\\nPING         | OTHER",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ | OTHER",
                "\\x00                     | OTHER"
            })
    void theFirstBytesSayWhatIsSpoken(String bytes, Spoken spoken) {
        String text = bytes.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\x16", "\u0016")
                .replace("\\x03", "\u0003")
                .replace("\\x04", "\u0004")
                .replace("\\x00", "\u0000");
        var in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        int before = in.readableBytes();
        assertEquals(spoken, Spoken.of(in));
        assertEquals(before, in.readableBytes());
    }
}
