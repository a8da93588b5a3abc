package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @Test
    void readsAnAnswerWithALength() throws IOException {
        try (var server = Answering.on(null, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes and more")) {
            var reply = Endpoint.parse(server.address()).get("/ready", "text/plain");

            assertEquals(new Endpoint.Reply(200, "yes"), reply);
            assertTrue(server.asked().startsWith("GET /ready HTTP/1.1\r\nHost: 127.0.0.1:"), server.asked());
        }
    }

    @Test
    void readsAnAnswerInChunks() throws IOException {
        var answer = "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n5\r\n here\r\n0\r\n\r\n";
        try (var server = Answering.on(null, answer)) {
            assertEquals(
                    new Endpoint.Reply(404, "not here"),
                    Endpoint.parse("http://" + server.address()).get("/", "*/*"));
        }
    }

    @Test
    void readsAnAnswerThatEndsWithTheConnection(@TempDir Path directory) throws IOException {
        var socket = directory.resolve("admin.sock");
        try (var server = Answering.on(socket, "HTTP/1.1 200 OK\r\n\r\nall of it")) {
            var reply = Endpoint.parse("unix://" + socket).get("/ready", "*/*");

            assertEquals("all of it", reply.body());
            assertTrue(server.asked().contains("\r\nHost: localhost\r\n"), server.asked());
        }
    }

    @Test
    void anAnswerThatBreaksOffIsAnError() throws IOException {
        try (var server = Answering.on(null, "HTTP/1.1 200 OK\r\nContent-")) {
            var endpoint = Endpoint.parse(server.address());

            assertThrows(IOException.class, () -> endpoint.get("/", "*/*"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatSaysNothingIsGivenUp(boolean isUnix, @TempDir Path directory) throws IOException {
        var address =
                isUnix ? UnixDomainSocketAddress.of(directory.resolve("s")) : new InetSocketAddress("127.0.0.1", 0);
        try (var silent = isUnix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open()) {
            silent.bind(address);
            var endpoint = new Endpoint(silent.getLocalAddress(), "here", Duration.ofMillis(50), null);

            var error = assertThrows(IOException.class, () -> endpoint.get("/", "*/*"));
            assertTrue(String.valueOf(error.getMessage()).contains("here takes a connection but does not answer"));
            assertTrue(endpoint.accepts());

            var body = new byte[50_000_000]; // more than sockets hold
            assertThrows(IOException.class, () -> endpoint.send("PUT", "/", List.of(), body));
        }
    }

    @Test
    void nobodyThereIsSaidWithTheAddress() throws IOException {
        try (var bound = new Socket()) { // the port is taken, and nobody listens there
            bound.bind(new InetSocketAddress("127.0.0.1", 0));
            var address = "127.0.0.1:" + bound.getLocalPort();
            var endpoint = Endpoint.parse(address);

            assertFalse(endpoint.accepts());
            var error = assertThrows(Unreachable.class, () -> endpoint.get("/", "*/*"));
            assertTrue(String.valueOf(error.getMessage()).contains(address), error.getMessage());
        }
    }

    @Test
    void aNameIsAskedAsItsAddressBecauseServersAnswerToNoName() throws IOException {
        try (var server = Answering.on(null, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            Endpoint.parse(server.address().replace("127.0.0.1", "localhost")).get("/", "*/*");
            assertTrue(server.asked().contains("\r\nHost: 127.0.0.1:"), server.asked());
        }
    }

    @Test
    void aNameThatNobodyHasIsSaid() {
        var endpoint = Endpoint.parse("no-such-host.invalid:80");
        assertThrows(Unreachable.class, () -> endpoint.get("/", "*/*"));
    }

    @Test
    void anAddressWithoutAPortIsRefused() {
        var error = assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("localhost"));

        assertTrue(String.valueOf(error.getMessage()).contains("host:port"), error.getMessage());
    }
}
