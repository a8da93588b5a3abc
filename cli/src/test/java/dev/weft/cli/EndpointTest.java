package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void nobodyThereIsSaidWithTheAddress() throws IOException {
        String address;
        try (var server = Answering.on(null, "")) {
            address = server.address();
        }
        var endpoint = Endpoint.parse(address);

        assertFalse(endpoint.accepts());
        var error = assertThrows(Unreachable.class, () -> endpoint.get("/", "*/*"));
        assertTrue(String.valueOf(error.getMessage()).contains(address), error.getMessage());
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
