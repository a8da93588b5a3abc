package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A million header lines, wherever lines may stand. */
class MillionLinesTest {
    private static final int MILLION = 1_000_000;
    private static final String LINES = "X: y\r\n".repeat(10_000);

    private Rig rig;

    private interface Sink {
        void accept(String part) throws IOException;
    }

    /** Whether all of them could be said. */
    private static boolean saidAll(Sink to) {
        try {
            for (int i = 0; i < MILLION / 10_000; i++) {
                to.accept(LINES);
            }
            to.accept("\r\n");
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private Client client(Backend backend) throws IOException {
        rig = new Rig(System::nanoTime, Http1Limits.DEFAULT, new Rig.Inwards().to(backend.address()));
        return rig.client();
    }

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void aRequestOfAMillionLinesIsRefusedAndNobodyGetsIt() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = client(backend)) {
            client.send("GET / HTTP/1.1\r\nHost: app\r\n");
            CompletableFuture<Boolean> said = CompletableFuture.supplyAsync(() -> saidAll(client::send));
            assertTrue(client.rest().startsWith("HTTP/1.1 431 "));
            said.get(60, TimeUnit.SECONDS);
            assertEquals("", backend.received());
        }
    }

    @Test
    void aMillionLinesBehindABodyAreTooMany() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("")));
                Client client = client(backend)) {
            client.send("POST / HTTP/1.1\r\nHost: app\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
            CompletableFuture<Boolean> said = CompletableFuture.supplyAsync(() -> saidAll(client::send));
            assertTrue(client.rest().startsWith("HTTP/1.1 400 "));
            said.get(60, TimeUnit.SECONDS);
            assertTrue(backend.received().length() < 1 << 20, backend.received().length() + " bytes went on");
            assertFalse(backend.received().endsWith("\r\n\r\n\r\n"));
        }
    }

    @Test
    void anAnswerOfAMillionLinesIsNone() throws Exception {
        CompletableFuture<Boolean> said = new CompletableFuture<>();
        try (Backend backend = new Backend(with -> {
                    with.request();
                    with.say("HTTP/1.1 200 OK\r\n");
                    said.complete(saidAll(with::say));
                });
                Client client = client(backend)) {
            String answer = client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").answer();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertFalse(said.get(60, TimeUnit.SECONDS), "all of it was read");
        }
    }
}
