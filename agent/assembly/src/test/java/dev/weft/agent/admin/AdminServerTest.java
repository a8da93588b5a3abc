package dev.weft.agent.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.admin.AdminAnswer;
import dev.weft.admin.AdminPages;
import dev.weft.admin.AdminRequest;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin endpoint over real sockets, spoken to in bytes. */
class AdminServerTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String LOOPBACK = "Host: 127.0.0.1:1\r\n";

    @TempDir
    Path directory;

    private final Pages pages = new Pages();
    private AdminServer server;

    private static final class Pages implements AdminPages {
        private volatile int changes;

        @Override
        public @Nullable AdminAnswer show(AdminRequest request) {
            if (request.path().equals("/broken")) {
                throw new IllegalStateException("a page of ours");
            }
            return request.path().equals("/page") ? AdminAnswer.text("shown " + request.parameter("x")) : null;
        }

        @Override
        public @Nullable AdminAnswer change(AdminRequest request) {
            if (!request.path().equals("/change")) {
                return null;
            }
            changes++;
            return AdminAnswer.text("changed");
        }
    }

    private AdminServer serve(String address) throws IOException {
        return AdminServer.start(address, TOKEN, pages, new Log(LogLevel.DEBUG, null));
    }

    @BeforeEach
    void start() throws IOException {
        server = serve("127.0.0.1:0");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static SocketAddress address(String text) {
        if (text.startsWith("unix://")) {
            return UnixDomainSocketAddress.of(text.substring("unix://".length()));
        }
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private static String read(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (channel.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                throw new IOException("a long answer");
            }
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    private static String ask(String where, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address(where))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            return read(channel);
        }
    }

    private String ask(String request) throws IOException {
        return ask(server.address(), request);
    }

    private static int status(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 "), answer);
        return Integer.parseInt(answer.substring(9, 12));
    }

    @Test
    void aPageIsShownWithoutAToken() throws IOException {
        String answer = ask("GET /page?x=a%20b HTTP/1.1\r\n" + LOOPBACK + "\r\n");
        assertEquals(200, status(answer));
        assertTrue(answer.endsWith("\r\n\r\nshown a b"), answer);
    }

    @Test
    void aHeadRequestHasNoBody() throws IOException {
        String answer = ask("HEAD /page HTTP/1.1\r\n" + LOOPBACK + "\r\n");
        assertEquals(200, status(answer));
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
    }

    @Test
    void anUnknownPageIsNotFound() throws IOException {
        assertEquals(404, status(ask("GET /nothing HTTP/1.1\r\n" + LOOPBACK + "\r\n")));
    }

    @Test
    void aPageThatFailsCostsOneAnswer() throws IOException {
        assertEquals(500, status(ask("GET /broken HTTP/1.1\r\n" + LOOPBACK + "\r\n")));
        assertEquals(200, status(ask("GET /page HTTP/1.1\r\n" + LOOPBACK + "\r\n")));
    }

    @Test
    void aChangeNeedsTheToken() throws IOException {
        assertEquals(401, status(ask("POST /change HTTP/1.1\r\n" + LOOPBACK + "\r\n")));
        String wrong = "Authorization: Bearer " + TOKEN.replace('f', 'e') + "\r\n\r\n";
        assertEquals(401, status(ask("POST /change HTTP/1.1\r\n" + LOOPBACK + wrong)));
        assertEquals(0, pages.changes);
        String right = "Authorization: Bearer " + TOKEN + "\r\n\r\n";
        assertEquals(200, status(ask("POST /change HTTP/1.1\r\n" + LOOPBACK + right)));
        assertEquals(1, pages.changes);
    }

    @Test
    void aChangeFromAWebPageIsRefusedEvenWithTheToken() throws IOException {
        String headers = "Origin: http://127.0.0.1:1\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n";
        assertEquals(403, status(ask("POST /change HTTP/1.1\r\n" + LOOPBACK + headers)));
        assertEquals(0, pages.changes);
    }

    @Test
    void getChangesNothing() throws IOException {
        String right = "Authorization: Bearer " + TOKEN + "\r\n\r\n";
        assertEquals(404, status(ask("GET /change HTTP/1.1\r\n" + LOOPBACK + right)));
        assertEquals(0, pages.changes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.1.evil.example:80",
                "localhost.evil.example",
                "10.0.0.1",
                ""
            })
    void aForeignHostIsRefused(String host) throws IOException {
        assertEquals(421, status(ask("GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:9", "[::1]:9"})
    void aLoopbackHostIsTaken(String host) throws IOException {
        assertEquals(200, status(ask("GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET page HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /page HTTP/2.0\r\nHost: localhost\r\n\r\n",
                "GET /page HTTP/1.1\r\nHost localhost\r\n\r\n",
                "GET /page HTTP/1.1\r\nHost : localhost\r\n\r\n",
                "GET /page?x=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            })
    void whatIsNotHttpIsABadRequest(String request) throws IOException {
        assertEquals(400, status(ask(request)));
    }

    @Test
    void anEndlessHeadIsCutOff() throws IOException {
        StringBuilder head = new StringBuilder("GET /page HTTP/1.1\r\n");
        while (head.length() < 16 * 1024) {
            head.append("X-Long: ").append("x".repeat(100)).append("\r\n");
        }
        assertEquals(431, status(ask(head.substring(0, 16 * 1024))));
    }

    @Test
    void aSlowVisitorDoesNotKeepOthersWaiting() throws IOException {
        try (SocketChannel slow = SocketChannel.open(address(server.address()))) {
            slow.write(ByteBuffer.wrap("GET /pa".getBytes(StandardCharsets.ISO_8859_1)));
            assertEquals(200, status(ask("GET /page HTTP/1.1\r\n" + LOOPBACK + "\r\n")));
            slow.write(ByteBuffer.wrap(("ge HTTP/1.1\r\n" + LOOPBACK + "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
            assertEquals(200, status(read(slow)));
        }
    }

    @Test
    void aVisitorThatSaysNothingIsSentAwayInTheEnd() throws IOException {
        try (SocketChannel silent = SocketChannel.open(address(server.address()))) {
            assertEquals("", read(silent));
        }
    }

    @Test
    void aTakenPortIsAnError() throws IOException {
        String taken = server.address();
        assertThrows(BindException.class, () -> serve(taken));
    }

    @Test
    void theSameUserNeedsNoTokenOverAUnixSocket() throws IOException {
        Path socket = directory.resolve("admin.sock");
        try (AdminServer unix = serve("unix://" + socket)) {
            assertEquals("unix://" + socket, unix.address());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            assertEquals(200, status(ask(unix.address(), "GET /page HTTP/1.1\r\nHost: weft\r\n\r\n")));
            assertEquals(200, status(ask(unix.address(), "POST /change HTTP/1.1\r\nHost: weft\r\n\r\n")));
        }
        assertFalse(Files.exists(socket));
    }

    @Test
    void anotherUserNeedsTheTokenOverAUnixSocketThoughItsFileIsOpenToAll() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may become another user");
        Path socket = directory.resolve("admin.sock");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (AdminServer unix = serve("unix://" + socket)) {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertEquals("404", asNobody(socket, "GET", "X-Nothing: 1"));
            assertEquals("401", asNobody(socket, "POST", "X-Nothing: 1"));
            assertEquals(0, pages.changes);
            assertEquals("200", asNobody(socket, "POST", "Authorization: Bearer " + TOKEN));
            assertEquals(1, pages.changes);
        }
    }

    /** The status that curl sees as the user that nothing belongs to. */
    private static String asNobody(Path socket, String method, String header) throws Exception {
        Process curl = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "curl",
                        "-s",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "-X",
                        method,
                        "-H",
                        header,
                        "--unix-socket",
                        socket.toString(),
                        "http://weft/change")
                .redirectErrorStream(true)
                .start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, curl.waitFor(), said);
        return said;
    }

    @Test
    void aSocketThatADeadProcessLeftIsReplacedAndOneInUseIsNot() throws IOException {
        Path socket = directory.resolve("admin.sock");
        try (var left = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket), "the JDK leaves the file behind");
        try (AdminServer first = serve("unix://" + socket)) {
            assertThrows(BindException.class, () -> serve(first.address()));
        }
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThrows(BindException.class, () -> serve("unix://" + file));
        assertEquals("precious", Files.readString(file));
    }
}
