package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Protocol;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that keep to RFC 9113 in their own ways are served, and those that don't are told what is wrong. */
class ConformanceTest {
    /** Higher than all that the cases use. */
    private static final int NEXT = 101;

    private static Served proxy;
    private static Backend backend;

    @BeforeAll
    static void start() throws Exception {
        proxy = new Served();
        backend = new Backend(with -> {
            for (String request = with.request(); request != null; request = with.request()) {
                if (request.startsWith("GET /wait ")) {
                    with.read();
                    return;
                }
                with.say(Backend.ok("fine"));
            }
        });
        proxy.publish(Protocol.UNSAID, backend.address());
    }

    @AfterAll
    static void end() throws Exception {
        proxy.close();
        backend.close();
    }

    static List<Conformance.Case> itEndsAsTheStandardSays() {
        return Conformance.all();
    }

    @ParameterizedTest
    @MethodSource
    void itEndsAsTheStandardSays(Conformance.Case one) throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            one.play().by(client);
            switch (one.end()) {
                case ANSWER -> answered(client, 1);
                case NOTHING -> answered(client.get(NEXT), NEXT);
                case STREAM -> {
                    Frames.Frame reset = until(client, Frames.RST_STREAM);
                    assertEquals(1, reset.stream());
                    assertTrue(one.errors().contains(reset.number()), "error " + reset.number());
                    answered(client.get(NEXT), NEXT);
                }
                case CONNECTION -> {
                    Frames.Frame farewell = until(client, Frames.GOAWAY);
                    assertTrue(one.errors().contains(farewell.goAwayError()), "error " + farewell.goAwayError());
                    client.end();
                }
            }
        }
    }

    /** The first of that type, before any other end. */
    private static Frames.Frame until(Frames client, int type) throws Exception {
        Frames.Frame frame = client.read();
        while (frame.type() != type) {
            assertTrue(
                    frame.type() >= 0 && frame.type() != Frames.GOAWAY && frame.type() != Frames.RST_STREAM,
                    "frame of type " + frame.type() + " for stream " + frame.stream()
                            + (frame.type() == Frames.GOAWAY ? ", error " + frame.goAwayError() : ""));
            if (frame.type() == Frames.HEADERS) {
                client.fields(frame); // the next ones build upon it
            }
            frame = client.read();
        }
        return frame;
    }

    private static void answered(Frames client, int stream) throws Exception {
        Frames.Frame frame = until(client, Frames.HEADERS);
        String status = client.fields(frame).status().toString();
        while (frame.stream() != stream) {
            frame = until(client, Frames.HEADERS);
            status = client.fields(frame).status().toString();
        }
        assertEquals("200", status);
    }

    @Test
    void aPrefaceThatGoesOnOtherwiseEndsTheConnection() throws Exception {
        try (Client client = new Client(proxy.address())) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\nX\r\n" + "x".repeat(100)).rest();
        }
    }

    @Test
    void whoDoesNotBeginWithSettingsIsTold() throws Exception {
        try (Frames client = new Frames(proxy.address(), null)) {
            client.send(Frames.PING, 0, 0, new byte[8]);
            assertEquals(Frames.PROTOCOL_ERROR, until(client, Frames.GOAWAY).goAwayError());
        }
    }

    @Test
    void settingsAreAcknowledgedAndPingsAnswered() throws Exception {
        try (Frames client = new Frames(proxy.address())) {
            byte[] said = ByteBuffer.allocate(8).putLong(0x0123456789abcdefL).array();
            client.send(Frames.PING, 0, 0, said);
            Frames.Frame settings = until(client, Frames.SETTINGS);
            while ((settings.flags() & Frames.ACK) == 0) {
                settings = until(client, Frames.SETTINGS);
            }
            assertEquals(0, settings.payload().length);
            Frames.Frame pong = until(client, Frames.PING);
            assertEquals(Frames.ACK, pong.flags());
            assertArrayEquals(said, pong.payload());
        }
    }

    private static byte[] window(int octets) {
        return ByteBuffer.allocate(6).putShort((short) 4).putInt(octets).array();
    }

    @Test
    void anAnswerKeepsToTheWindowAlsoWhenItShrinksBelowNothing() throws Exception {
        try (Frames client = new Frames(proxy.address(), window(3))) {
            client.get(1);
            Frames.Frame data = until(client, Frames.DATA);
            assertEquals(3, data.payload().length);
            // Of the four octets one is left, and the window is at minus two from here.
            client.send(Frames.SETTINGS, 0, 0, window(1));
            client.send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(2));
            client.send(Frames.PING, 0, 0, new byte[8]);
            Frames.Frame next = client.read();
            while (next.type() != Frames.PING) {
                assertTrue(
                        next.type() == Frames.SETTINGS || next.type() == Frames.WINDOW_UPDATE, "type " + next.type());
                next = client.read();
            }
            client.send(Frames.WINDOW_UPDATE, 0, 1, Frames.number(1));
            data = until(client, Frames.DATA);
            assertEquals(1, data.payload().length);
        }
    }

    @Test
    void aWindowThatASettingOpensLetsTheAnswerThrough() throws Exception {
        try (Frames client = new Frames(proxy.address(), window(0))) {
            client.get(1);
            until(client, Frames.HEADERS);
            client.send(Frames.SETTINGS, 0, 0, window(4));
            assertEquals(4, until(client, Frames.DATA).payload().length);
        }
    }
}
