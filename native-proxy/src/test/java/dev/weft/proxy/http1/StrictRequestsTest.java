package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the judge judges. */
class StrictRequestsTest {
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String TWO = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + CHUNKED
            + "5;x=y\r\nhello\r\n0\r\nX: y\r\n\r\n";

    @Test
    void wholeRequestsAreCountedWhereverTheLastBreaksOff() {
        int first = TWO.indexOf(CHUNKED);
        for (int cut = 0; cut <= TWO.length(); cut++) {
            int whole = cut == TWO.length() ? 2 : cut >= first ? 1 : 0;
            assertEquals(whole, StrictRequests.whole(TWO.substring(0, cut)), TWO.substring(0, cut));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nX: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                CHUNKED + "0x5\r\n",
                CHUNKED + "5\r\nhelloX",
                CHUNKED + "5\n",
                CHUNKED + "0\r\nX\r\n\r\n"
            })
    void whatCouldBeReadInTwoWaysIsFound(String octets) {
        assertThrows(AssertionError.class, () -> StrictRequests.whole(octets));
    }
}
