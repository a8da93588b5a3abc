package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Protocol;
import dev.weft.proxy.Backend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many streams at once, in pieces of any size, some of which are given up: what comes back is what was sent. */
class RandomStreamsTest {
    private static final int STREAMS = 60;
    private static final int AT_ONCE = 10;
    private static final int LONGEST = 12_000;
    private static final int WIDE = 1 << 24;

    /** A stream as its client sees it. */
    private static final class Sent {
        final byte[] body;
        final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int at;
        boolean ended;
        boolean givenUp;

        Sent(byte[] body) {
            this.body = body;
        }
    }

    private final Map<Integer, Sent> streams = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void toHttp2(long seed) throws Exception {
        try (Served proxy = new Served();
                Http2Backend backend = new Http2Backend()) {
            proxy.publish(Protocol.HTTP2, backend.address());
            play(proxy, new Random(seed));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void toHttp1(long seed) throws Exception {
        try (Served proxy = new Served();
                Backend backend = new Backend(with -> {
                    String request = with.request();
                    while (request != null) {
                        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
                        with.say(
                                request.contains("content-length")
                                        ? Backend.ok(body)
                                        : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                        request = with.request();
                    }
                })) {
            proxy.publish(Protocol.HTTP1, backend.address());
            play(proxy, new Random(seed));
        }
    }

    private void play(Served proxy, Random random) throws Exception {
        byte[] window = ByteBuffer.allocate(6).putShort((short) 4).putInt(WIDE).array();
        try (Frames client = new Frames(proxy.address(), window)) {
            client.send(Frames.WINDOW_UPDATE, 0, 0, Frames.number(WIDE));
            List<Integer> open = new ArrayList<>();
            int next = 1;
            while (next < 2 * STREAMS || !open.isEmpty()) {
                if (next < 2 * STREAMS && open.size() < AT_ONCE && random.nextInt(3) == 0) {
                    begin(client, next, random);
                    open.add(next);
                    next += 2;
                } else if (!open.isEmpty()) {
                    Integer stream = open.get(random.nextInt(open.size()));
                    if (!step(client, stream, random)) {
                        open.remove(stream);
                    }
                }
            }
            while (streams.values().stream().anyMatch(one -> !one.ended && !one.givenUp)) {
                hear(client);
            }
        }
        for (Sent one : streams.values()) {
            if (!one.givenUp) {
                assertArrayEquals(one.body, one.answer.toByteArray());
            }
        }
    }

    private void begin(Frames client, int stream, Random random) throws IOException {
        byte[] body = new byte[random.nextInt(LONGEST)];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) ('a' + random.nextInt(26));
        }
        streams.put(stream, new Sent(body));
        String[] fields = {":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x"};
        if (random.nextBoolean()) {
            List<String> longer = new ArrayList<>(List.of(fields));
            longer.add("content-length");
            longer.add(Integer.toString(body.length));
            fields = longer.toArray(new String[0]);
        }
        client.headers(stream, false, fields);
    }

    /** Whether there is more to send. */
    private boolean step(Frames client, int stream, Random random) throws IOException {
        Sent sent = streams.get(stream);
        if (random.nextInt(200) == 0) {
            sent.givenUp = true;
            client.send(Frames.RST_STREAM, 0, stream, Frames.number(8));
            return false;
        }
        int octets = Math.min(sent.body.length - sent.at, 1 + random.nextInt(random.nextBoolean() ? 100 : 3_000));
        byte[] part = new byte[octets];
        System.arraycopy(sent.body, sent.at, part, 0, octets);
        sent.at += octets;
        boolean last = sent.at == sent.body.length;
        client.send(Frames.DATA, last ? Frames.END_STREAM : 0, stream, part);
        return !last;
    }

    private void hear(Frames client) throws IOException {
        Frames.Frame frame = client.read();
        assertTrue(frame.type() >= 0 && frame.type() != Frames.GOAWAY, "the connection has ended");
        Sent sent = streams.get(frame.stream());
        if (sent == null) {
            return;
        }
        if (frame.type() == Frames.DATA) {
            sent.answer.write(frame.payload());
        }
        assertTrue(sent.givenUp || frame.type() != Frames.RST_STREAM, "a stream was reset");
        sent.ended |= frame.end();
    }
}
