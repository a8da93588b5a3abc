package dev.weft.proxy.http2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What clients may send and may not, by the sections of RFC 9113 and RFC 7541. */
final class Conformance {
    private static final int PROTOCOL = Frames.PROTOCOL_ERROR;
    private static final int FLOW = Frames.FLOW_CONTROL_ERROR;
    private static final int CLOSED = 5;
    private static final int SIZE = 6;
    private static final int COMPRESSION = 9;

    private static final int PUSH_PROMISE = 5;
    private static final int PADDED = 8;
    private static final int PRIORITY = 0x20;
    private static final int ALL = Frames.END_STREAM | Frames.END_HEADERS;
    private static final int FRAME = 16_384;
    private static final byte[] NOTHING = {};

    /** {@code :method GET, :scheme http, :path /}, and {@code :authority shop} into the table. */
    private static final byte[] GET = octets(0x82, 0x86, 0x84, 0x41, 4, 's', 'h', 'o', 'p');

    /** How it ends. */
    enum End {
        /** With an answer on stream 1. */
        ANSWER,
        /** As if it had not been: the next request is answered. */
        NOTHING,
        /** With a reset of the stream, and the next request is answered. */
        STREAM,
        /** With GOAWAY. */
        CONNECTION
    }

    /** What a client does that has greeted. */
    interface Play {
        void by(Frames client) throws Exception;
    }

    /** @param errors one of which is told */
    record Case(String section, String what, End end, Set<Integer> errors, Play play) {
        @Override
        public String toString() {
            return section + ": " + what;
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private Conformance() {}

    static List<Case> all() {
        Conformance all = new Conformance();
        all.frames();
        all.heads();
        all.states();
        all.dataAndPriority();
        all.settings();
        all.pingAndFarewell();
        all.windows();
        all.continuations();
        all.messages();
        all.compression();
        return all.cases;
    }

    private void answered(String section, String what, Play play) {
        cases.add(new Case(section, what, End.ANSWER, Set.of(), play));
    }

    private void ignored(String section, String what, Play play) {
        cases.add(new Case(section, what, End.NOTHING, Set.of(), play));
    }

    private void streamEnds(String section, String what, int error, Play play) {
        cases.add(new Case(section, what, End.STREAM, Set.of(error), play));
    }

    /** Where the standard ends the connection, and Netty the stream alone: a client that is merely late loses no more. */
    private void milder(String section, String what, int error, Play play) {
        streamEnds(section, what, error, play);
    }

    private void connectionEnds(String section, String what, int error, Play play) {
        cases.add(new Case(section, what, End.CONNECTION, Set.of(error), play));
    }

    private static byte[] octets(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                List.of(parts).stream().mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static byte[] setting(int id, int value) {
        return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    }

    /** A POST on stream 1 whose body is still to come. */
    private static Frames post(Frames client) throws IOException {
        return client.headers(1, false, ":method", "POST", ":scheme", "http", ":authority", "shop", ":path", "/x");
    }

    /** A GET on stream 1 that is not answered. */
    private static Frames waiting(Frames client) throws IOException {
        return client.headers(1, true, ":method", "GET", ":scheme", "http", ":authority", "shop", ":path", "/wait");
    }

    /** A GET on stream 1 that was answered. */
    private static Frames over(Frames client) throws Exception {
        client.get(1);
        Frames.Frame frame = client.await(Frames.HEADERS);
        client.fields(frame);
        while (!frame.end()) {
            frame = client.read();
        }
        return client;
    }

    private static Frames block(Frames client, int flags, byte[]... block) throws IOException {
        return client.send(Frames.HEADERS, flags, 1, joined(block));
    }

    private void frames() {
        ignored("4.1", "a frame of unknown type", client -> client.send(0x16, 0, 0, new byte[8]));
        ignored("4.1", "undefined flags", client -> client.send(Frames.PING, 0x16, 0, new byte[8]));
        ignored("4.1", "the reserved bit", client -> client.send(Frames.PING, 0, 1 << 31, new byte[8]));
        answered(
                "4.2",
                "data of the largest size",
                client -> post(client).send(Frames.DATA, Frames.END_STREAM, 1, new byte[FRAME]));
        connectionEnds(
                "4.2",
                "data that is larger",
                SIZE,
                client -> post(client).send(Frames.DATA, Frames.END_STREAM, 1, new byte[FRAME + 1]));
        connectionEnds(
                "4.2",
                "a head that is larger",
                SIZE,
                client -> client.send(Frames.HEADERS, ALL, 1, new byte[FRAME + 1]));
        connectionEnds(
                "4.2",
                "settings that are larger",
                SIZE,
                client -> client.send(Frames.SETTINGS, 0, 0, new byte[FRAME + 2]));
        ignored(
                "5.5",
                "an extension's frame on a stream",
                client -> waiting(client).send(0x16, 0, 1, new byte[8]));
        connectionEnds("5.5", "an extension's frame within a head", PROTOCOL, client -> {
            block(client, Frames.END_STREAM, GET);
            client.send(0x16, 0, 0, new byte[8]);
        });
    }

    private void heads() {
        connectionEnds("6.2", "a head on stream 0", PROTOCOL, client -> client.send(Frames.HEADERS, ALL, 0, GET));
        answered("6.2", "a head that is padded", client -> block(client, ALL | PADDED, octets(3), GET, new byte[3]));
        connectionEnds(
                "6.2",
                "padding beyond the frame",
                PROTOCOL,
                client -> block(client, ALL | PADDED, octets(GET.length + 1), GET));
        answered("6.2", "a head with a priority", client -> block(client, ALL | PRIORITY, octets(0, 0, 0, 0, 7), GET));
        connectionEnds(
                "6.2",
                "a head too short for its priority",
                SIZE,
                client -> block(client, ALL | PRIORITY, octets(0, 0)));
        connectionEnds("6.2", "another stream's head within a head", PROTOCOL, client -> {
            block(client, Frames.END_STREAM, GET);
            client.send(Frames.HEADERS, ALL, 3, GET);
        });
        connectionEnds("6.2", "a priority within a head", PROTOCOL, client -> {
            block(client, Frames.END_STREAM, GET);
            client.send(Frames.PRIORITY, 0, 1, octets(0, 0, 0, 0, 16));
        });
        connectionEnds(
                "5.1.1", "a stream of an even number", PROTOCOL, client -> client.send(Frames.HEADERS, ALL, 2, GET));
        milder(
                "5.1.1",
                "a stream of a lower number",
                CLOSED,
                client -> client.send(Frames.HEADERS, ALL, 3, GET).send(Frames.HEADERS, ALL, 1, GET));
        connectionEnds(
                "6.6",
                "a promise by a client",
                PROTOCOL,
                client -> client.send(PUSH_PROMISE, Frames.END_HEADERS, 1, joined(Frames.number(2), GET)));
    }

    private void states() {
        connectionEnds(
                "5.1",
                "data on an idle stream",
                PROTOCOL,
                client -> client.send(Frames.DATA, Frames.END_STREAM, 1, NOTHING));
        connectionEnds(
                "5.1",
                "a reset of an idle stream",
                PROTOCOL,
                client -> client.send(Frames.RST_STREAM, 0, 1, Frames.number(8)));
        connectionEnds(
                "5.1",
                "a window of an idle stream",
                PROTOCOL,
                client -> client.send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(8)));
        connectionEnds(
                "5.1",
                "a continuation on an idle stream",
                PROTOCOL,
                client -> client.send(Frames.CONTINUATION, ALL, 1, GET));
        streamEnds(
                "5.1",
                "data behind the end",
                CLOSED,
                client -> waiting(client).send(Frames.DATA, Frames.END_STREAM, 1, new byte[1]));
        // By the standard the error is STREAM_CLOSED; Netty sees one head too many.
        streamEnds(
                "5.1",
                "a head behind the end",
                PROTOCOL,
                client -> waiting(client).headers(1, true, "x-sum", "1"));
        connectionEnds(
                "5.1",
                "a continuation behind the end",
                PROTOCOL,
                client -> waiting(client).send(Frames.CONTINUATION, ALL, 1, GET));
        milder(
                "5.1",
                "a head on a stream that is over",
                CLOSED,
                client -> over(client).send(Frames.HEADERS, ALL, 1, GET));
        milder(
                "5.1",
                "data on a stream that is over",
                CLOSED,
                client -> over(client).send(Frames.DATA, Frames.END_STREAM, 1, new byte[1]));
        ignored(
                "5.1",
                "a window of a stream that is over",
                client -> over(client).send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(8)));
        ignored(
                "5.1",
                "a reset of a stream that is over",
                client -> over(client).send(Frames.RST_STREAM, 0, 1, Frames.number(8)));
        ignored(
                "5.1",
                "a priority of a stream that is over",
                client -> over(client).send(Frames.PRIORITY, 0, 1, octets(0, 0, 0, 0, 16)));
        ignored(
                "5.1",
                "a priority of an idle stream",
                client -> client.send(Frames.PRIORITY, 0, 1, octets(0, 0, 0, 0, 16)));
    }

    private void dataAndPriority() {
        connectionEnds(
                "6.1",
                "data on stream 0",
                PROTOCOL,
                client -> client.send(Frames.DATA, Frames.END_STREAM, 0, new byte[1]));
        answered(
                "6.1",
                "data that is padded",
                client -> post(client).send(Frames.DATA, Frames.END_STREAM | PADDED, 1, octets(2, 'x', 0, 0)));
        answered(
                "6.1",
                "data that is padding alone",
                client -> post(client).send(Frames.DATA, Frames.END_STREAM | PADDED, 1, octets(2, 0, 0)));
        connectionEnds(
                "6.1",
                "padding as long as the frame",
                PROTOCOL,
                client -> post(client).send(Frames.DATA, Frames.END_STREAM | PADDED, 1, octets(4, 'x', 0, 0)));
        streamEnds(
                "6.1",
                "no length of the padding",
                SIZE,
                client -> post(client).send(Frames.DATA, Frames.END_STREAM | PADDED, 1, NOTHING));
        connectionEnds(
                "6.3",
                "a priority of stream 0",
                PROTOCOL,
                client -> client.send(Frames.PRIORITY, 0, 0, octets(0, 0, 0, 0, 16)));
        streamEnds(
                "6.3",
                "a priority of another length",
                SIZE,
                client -> waiting(client).send(Frames.PRIORITY, 0, 1, octets(0, 0, 0, 0)));
        connectionEnds(
                "6.4",
                "a reset of stream 0",
                PROTOCOL,
                client -> client.send(Frames.RST_STREAM, 0, 0, Frames.number(8)));
        connectionEnds(
                "6.4",
                "a reset of another length",
                SIZE,
                client -> waiting(client).send(Frames.RST_STREAM, 0, 1, new byte[3]));
        ignored(
                "7",
                "a reset with an unknown error",
                client -> waiting(client).send(Frames.RST_STREAM, 0, 1, Frames.number(0xff)));
    }

    private void settings() {
        connectionEnds("6.5", "settings of a stream", PROTOCOL, client -> client.send(Frames.SETTINGS, 0, 1, NOTHING));
        connectionEnds(
                "6.5", "settings of another length", SIZE, client -> client.send(Frames.SETTINGS, 0, 0, new byte[3]));
        connectionEnds(
                "6.5",
                "an acknowledgement that says something",
                SIZE,
                client -> client.send(Frames.SETTINGS, Frames.ACK, 0, setting(3, 1)));
        connectionEnds(
                "6.5.2",
                "neither push nor none",
                PROTOCOL,
                client -> client.send(Frames.SETTINGS, 0, 0, setting(2, 2)));
        connectionEnds(
                "6.5.2",
                "a window that is too large",
                FLOW,
                client -> client.send(Frames.SETTINGS, 0, 0, setting(4, Integer.MIN_VALUE)));
        connectionEnds(
                "6.5.2",
                "frames that are too small",
                PROTOCOL,
                client -> client.send(Frames.SETTINGS, 0, 0, setting(5, FRAME - 1)));
        connectionEnds(
                "6.5.2",
                "frames that are too large",
                PROTOCOL,
                client -> client.send(Frames.SETTINGS, 0, 0, setting(5, 1 << 24)));
        ignored("6.5.2", "an unknown setting", client -> client.send(Frames.SETTINGS, 0, 0, setting(0xff, 7)));
        answered(
                "6.5.3",
                "a window that is set twice: the second counts",
                client -> client.send(Frames.SETTINGS, 0, 0, joined(setting(4, 0), setting(4, 100)))
                        .get(1));
    }

    private void pingAndFarewell() {
        ignored(
                "6.7",
                "an answer to a ping that nobody sent",
                client -> client.send(Frames.PING, Frames.ACK, 0, new byte[8]));
        connectionEnds("6.7", "a ping of a stream", PROTOCOL, client -> client.send(Frames.PING, 0, 1, new byte[8]));
        connectionEnds("6.7", "a ping of another length", SIZE, client -> client.send(Frames.PING, 0, 0, new byte[6]));
        connectionEnds(
                "6.8", "a farewell on a stream", PROTOCOL, client -> client.send(Frames.GOAWAY, 0, 1, new byte[8]));
        connectionEnds(
                "6.8", "a farewell of another length", SIZE, client -> client.send(Frames.GOAWAY, 0, 0, new byte[7]));
        ignored(
                "7",
                "a farewell with an unknown error",
                client -> client.send(Frames.GOAWAY, 0, 0, joined(Frames.number(0), Frames.number(0xff))));
    }

    private void windows() {
        connectionEnds(
                "6.9",
                "a window that doesn't grow",
                PROTOCOL,
                client -> client.send(Frames.WINDOW_UPDATE, 0, 0, Frames.number(0)));
        streamEnds(
                "6.9",
                "a stream's window that doesn't grow",
                PROTOCOL,
                client -> waiting(client).send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(0)));
        connectionEnds(
                "6.9",
                "a window of another length",
                SIZE,
                client -> client.send(Frames.WINDOW_UPDATE, 0, 0, new byte[3]));
        streamEnds(
                "6.9.1",
                "a stream's window that overflows",
                FLOW,
                client -> waiting(client).send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(Integer.MAX_VALUE)));
        milder(
                "6.9.2",
                "windows that overflow by a setting",
                FLOW,
                client -> waiting(client)
                        .send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(1))
                        .send(Frames.SETTINGS, 0, 0, setting(4, Integer.MAX_VALUE)));
    }

    private void continuations() {
        answered(
                "6.10",
                "a head in three parts",
                client -> block(client, Frames.END_STREAM, octets(0x82))
                        .send(Frames.CONTINUATION, 0, 1, octets(0x86, 0x84))
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 1, octets(0x41, 4, 's', 'h', 'o', 'p')));
        answered(
                "6.10",
                "a field that is cut in its middle",
                client -> block(client, Frames.END_STREAM, octets(0x82, 0x86, 0x84, 0x41, 4, 's'))
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 1, octets('h', 'o', 'p')));
        connectionEnds(
                "6.10",
                "settings within a head",
                PROTOCOL,
                client -> block(client, Frames.END_STREAM, GET).send(Frames.SETTINGS, 0, 0, NOTHING));
        connectionEnds(
                "6.10",
                "data within a head",
                PROTOCOL,
                client -> block(client, 0, GET).send(Frames.DATA, Frames.END_STREAM, 1, new byte[1]));
        connectionEnds(
                "6.10",
                "a continuation on stream 0",
                PROTOCOL,
                client -> block(client, Frames.END_STREAM, GET)
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 0, NOTHING));
        connectionEnds(
                "6.10",
                "a continuation of another stream",
                PROTOCOL,
                client -> block(client, Frames.END_STREAM, GET)
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 3, NOTHING));
        connectionEnds(
                "6.10",
                "a continuation of a whole head",
                PROTOCOL,
                client -> post(client).send(Frames.CONTINUATION, Frames.END_HEADERS, 1, octets(0x40, 1, 'x', 1, 'y')));
        connectionEnds(
                "6.10",
                "a continuation behind the last one",
                PROTOCOL,
                client -> block(client, 0, GET)
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 1, NOTHING)
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 1, NOTHING));
        connectionEnds(
                "6.10",
                "a continuation of data",
                PROTOCOL,
                client -> post(client)
                        .send(Frames.DATA, 0, 1, new byte[1])
                        .send(Frames.CONTINUATION, Frames.END_HEADERS, 1, octets(0x40, 1, 'x', 1, 'y')));
    }

    private void messages() {
        answered(
                "8.1",
                "trailers",
                client -> post(client).send(Frames.DATA, 0, 1, new byte[1]).headers(1, true, "x-sum", "1"));
        streamEnds(
                "8.1",
                "a second head that doesn't end the stream",
                PROTOCOL,
                client -> post(client).headers(1, false, "x-sum", "1"));
        streamEnds(
                "8.3",
                "a pseudo-field in trailers",
                PROTOCOL,
                client -> post(client).headers(1, true, ":path", "/y"));
        streamEnds("8.3", "a field of answers", PROTOCOL, client -> block(client, ALL, GET, octets(0x88)));
        streamEnds(
                "8.3",
                "a pseudo-field behind others",
                PROTOCOL,
                client -> block(
                        client, ALL, octets(0x82, 0x86, 0x41, 4, 's', 'h', 'o', 'p', 0x40, 1, 'x', 1, 'y', 0x84)));
        streamEnds(
                "8.3.1",
                "an empty path",
                PROTOCOL,
                client -> block(client, ALL, octets(0x82, 0x86, 0x44, 0, 0x41, 4, 's', 'h', 'o', 'p')));
        streamEnds("8.3.1", "two methods", PROTOCOL, client -> block(client, ALL, octets(0x82), GET));
        streamEnds("8.3.1", "two schemes", PROTOCOL, client -> block(client, ALL, octets(0x86), GET));
        streamEnds("8.3.1", "two authorities", PROTOCOL, client -> block(client, ALL, GET, octets(0xbe)));
        streamEnds(
                "8.1.1",
                "less data than was said, in two frames",
                PROTOCOL,
                client -> client.headers(
                                1,
                                false,
                                ":method",
                                "POST",
                                ":scheme",
                                "http",
                                ":authority",
                                "shop",
                                ":path",
                                "/x",
                                "content-length",
                                "3")
                        .send(Frames.DATA, 0, 1, new byte[1])
                        .send(Frames.DATA, Frames.END_STREAM, 1, new byte[1]));
    }

    /** RFC 7541. */
    private void compression() {
        answered("H.6.1", "fields of the static table", client -> block(client, ALL, GET, octets(0x90)));
        answered(
                "H.6.2.2",
                "a literal that stays out of the table",
                client -> block(client, ALL, GET, octets(0, 1, 'x', 1, 'y')));
        answered(
                "H.6.2.3",
                "a literal that must stay out of it",
                client -> block(client, ALL, GET, octets(0x10, 1, 'x', 1, 'y')));
        answered(
                "H.5.2",
                "a value by Huffman's code",
                client -> block(client, ALL, GET, octets(0x40, 1, 'x', 0x82, 0x49, 0x7f))); // "te", and six bits more
        answered("H.6.3", "a smaller table at the beginning", client -> block(client, ALL, octets(0x20), GET));
        connectionEnds("H.6.1", "field 0", COMPRESSION, client -> block(client, ALL, GET, octets(0x80)));
        connectionEnds(
                "H.2.3.3", "a field beyond both tables", COMPRESSION, client -> block(client, ALL, GET, octets(0xc6)));
        connectionEnds(
                "H.2.3.3",
                "a name beyond both tables",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0x7f, 0x40, 1, 'y')));
        connectionEnds(
                "H.4.2",
                "another size of the table at the end",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0x20)));
        connectionEnds(
                "H.6.3",
                "a table that is larger than allowed",
                COMPRESSION,
                client -> block(client, ALL, octets(0x3f, 0xe2, 0x1f), GET)); // 4097
        connectionEnds(
                "H.5.2",
                "more than seven bits behind Huffman's code",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0x40, 1, 'x', 0x82, 0x1f, 0xff)));
        connectionEnds(
                "H.5.2",
                "zeros behind Huffman's code",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0x40, 1, 'x', 0x81, 0x18)));
        connectionEnds(
                "H.5.2",
                "the end within Huffman's code",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0x40, 1, 'x', 0x84, 0xff, 0xff, 0xff, 0xff)));
        connectionEnds(
                "H.5.1",
                "a number without end",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)));
        connectionEnds(
                "H.6.2",
                "a value that breaks off",
                COMPRESSION,
                client -> block(client, ALL, GET, octets(0x40, 1, 'x', 9, 'y')));
        connectionEnds("4.3", "a head that breaks off", COMPRESSION, client -> block(client, ALL, GET, octets(0x40)));
    }
}
