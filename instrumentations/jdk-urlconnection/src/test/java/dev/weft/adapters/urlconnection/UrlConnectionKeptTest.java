package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.Call;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.snapshot.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a call whose kept connection the peer has closed meanwhile. */
final class UrlConnectionKeptTest extends Rigged {
    private static String ask(String method) throws IOException {
        HttpURLConnection connection = open(ORDERS);
        connection.setRequestMethod(method);
        if (!method.equals("GET")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write('1');
        }
        return text(connection.getInputStream());
    }

    /** No rule lets anything be tried again. Where it is reset, already writing to it fails. */
    @ParameterizedTest
    @CsvSource({"GET,false", "GET,true", "PUT,false", "PUT,true", "POST,false", "POST,true"})
    void itSucceedsAndIsServedOnce(String method, boolean reset) throws Exception {
        try (var peer = new Forgetful(reset)) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint())));
            for (int i = 1; i <= 3; i++) {
                assertEquals("once", ask(method));
                peer.forget(i);
            }
            assertEquals(List.of(method, method, method), peer.served);
            rig.awaitFinished(3);
        }
        rig.assertHealthy();
    }

    /** Where its endpoint can't be had for any more: that is a failure to connect, and may be tried elsewhere. */
    @ParameterizedTest
    @CsvSource({"GET,false", "GET,true", "PUT,true"})
    void itGoesElsewhereWhereNobodyListensAnyMore(String method, boolean reset) throws Exception {
        try (var peer = new Forgetful(reset);
                var other = Peer.saying("elsewhere")) {
            rig.publish(
                    Rules.snapshot(Rules.of(peer.endpoint(), other.endpoint()).retrying()));
            while (peer.served.isEmpty()) {
                ask(method);
            }
            peer.close();
            peer.forget(1);
            for (int i = 0; i < 4; i++) {
                assertEquals("elsewhere", ask(method));
            }
            for (Call call : rig.finished()) {
                if (call.attemptCount() > 1) {
                    assertEquals(Outcome.CONNECT_FAILURE, call.attempt(0).verdict());
                }
            }
        }
        rig.assertHealthy();
    }

    /** What can't be written on a new connection is the mesh's to try again, as if it were the first time. */
    @Test
    void theNextAttemptOfWhatCouldNotBeWrittenIsWhole() throws Exception {
        byte[] large = new byte[8_000_000];
        try (var breaks = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var other = Peer.plain((request, out) -> out.text(200, request.method() + " " + request.target()))) {
            var closer = new Thread(() -> closeAll(breaks), "closer");
            closer.setDaemon(true);
            closer.start();
            var first = Endpoint.of(new InetSocketAddress(breaks.getInetAddress(), breaks.getLocalPort()));
            rig.publish(Rules.snapshot(Rules.of(first, other.endpoint()).retryingAll()));
            for (int i = 0; i < 2; i++) {
                HttpURLConnection connection = open(ORDERS + "large");
                connection.setRequestMethod("PUT");
                connection.setDoOutput(true);
                connection.getOutputStream().write(large);
                try (var body = connection.getInputStream()) {
                    assertEquals("PUT /large", new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        rig.assertHealthy();
    }

    /** It was carried out: what the redirect leads to is all that is left to ask for. */
    @Test
    void aPostThatWasAnsweredByARedirectIsNotSentAgainWhereThatCanNotBeConnectedTo() throws Exception {
        try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var other = Peer.saying("elsewhere")) {
            var redirecting = new Thread(() -> redirect(listener), "redirecting");
            redirecting.setDaemon(true);
            redirecting.start();
            var first = Endpoint.of(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
            rig.publish(Rules.snapshot(Rules.of(first, other.endpoint()).retrying()));
            int lost = 0;
            for (int i = 0; i < 2; i++) { // one at each endpoint
                try {
                    assertEquals("elsewhere", ask("POST"));
                } catch (IOException unreached) {
                    lost++;
                }
            }
            assertEquals(1, lost);
            assertEquals(1, other.received().size());
            rig.awaitFinished(2);
        }
        rig.assertHealthy();
    }

    /** Answers one request, and takes no other. */
    private static void redirect(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            Forgetful.read(socket);
            listener.close();
            String head = "HTTP/1.1 303 See Other\r\nLocation: /done\r\nConnection: close\r\n";
            String answer = head + "Content-Length: 0\r\n\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException over) {
            return; // the listener was closed: the test is over
        }
    }

    /** The library connects by itself to answer a challenge, and would send again what is lost there. */
    @Test
    void aPostThatIsLostAfterAChallengeIsNotSentASecondTime() throws Exception {
        try (var peer = Peer.plain((request, out) -> {
            if (request.header("authorization") == null) {
                out.header("WWW-Authenticate", "Basic realm=\"shop\"").text(401, "who?");
            } else {
                throw new IOException("gone");
            }
        })) {
            rig.publish(Rules.snapshot(Rules.of(peer.endpoint()).retrying()));
            HttpURLConnection connection = open(ORDERS);
            connection.setAuthenticator(new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    return new PasswordAuthentication("me", "secret".toCharArray());
                }
            });
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.getOutputStream().write('1');
            assertThrows(IOException.class, connection::getInputStream);
            assertEquals(2, peer.received().size());
            rig.awaitFinished(1);
        }
        rig.assertHealthy();
    }

    private static void closeAll(ServerSocket listener) {
        while (true) {
            try (Socket socket = listener.accept()) {
                socket.getInputStream().read();
                socket.setSoLinger(true, 0);
            } catch (IOException over) {
                return;
            }
        }
    }

    /** Closes each connection after one answer, when it is told to and without a word before. */
    private static final class Forgetful implements AutoCloseable {
        final List<String> served = new CopyOnWriteArrayList<>();
        private final AtomicInteger closed = new AtomicInteger();
        private final Semaphore forgets = new Semaphore(0);
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final boolean resets;

        /** @param resets whether it lets the client know at once that there is nothing more to write to */
        Forgetful(boolean resets) throws IOException {
            this.resets = resets;
            var thread = new Thread(this::serve, "forgetful");
            thread.setDaemon(true);
            thread.start();
        }

        Endpoint endpoint() {
            return Endpoint.of(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
        }

        /** Closes the connection, which is the so manieth. */
        void forget(int number) {
            forgets.release();
            Rig.await("its connection is closed", () -> closed.get() == number);
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    answer(socket);
                    forgets.acquire();
                    socket.setSoLinger(resets, 0);
                } catch (IOException | InterruptedException over) {
                    return;
                }
                closed.incrementAndGet();
            }
        }

        private void answer(Socket socket) throws IOException {
            served.add(read(socket));
            String answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nonce";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }

        /** Takes one request; its method. */
        static String read(Socket socket) throws IOException {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String method = in.readLine().split(" ", 2)[0];
            int length = 0;
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring("Content-Length: ".length()));
                }
            }
            while (length-- > 0) {
                in.read();
            }
            return method;
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
