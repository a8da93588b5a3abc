package dev.weft.proxy.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.balance.ThreadRandom;
import dev.weft.health.Check;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Octets;
import dev.weft.proxy.Ports;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each kind of check sees of a real application that is well, says that it isn't, or hangs. */
class KindsOfChecksTest {
    private static final long MILLI = 1_000_000;

    @TempDir
    Path folder;

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private volatile Mode mode = Mode.WELL;
    private Loops<String> loops;
    private HealthChecker checker;

    private enum Mode {
        WELL,
        ILL,
        /** Takes what comes, and never answers. */
        HUNG
    }

    private void begin(Sockets sockets, InetSocketAddress at, Check check, String command, long timeoutMillis) {
        loops = new Loops<>(sockets, 1, loop -> "nothing");
        HealthSettings settings = new HealthSettings(check, command, 0, 5 * MILLI, MILLI, timeoutMillis * MILLI, 1, 1);
        checker = HealthChecker.of(
                loops.first(),
                at,
                settings,
                System::nanoTime,
                new ThreadRandom(),
                (state, reason) -> news.add(state + (reason.isEmpty() ? "" : ": " + reason)));
        loops.first().execute(checker::begin);
    }

    @AfterEach
    void end() {
        loops.first().submit(checker::end).syncUninterruptibly();
        checker.close();
        loops.close();
    }

    /** Others may come before it: whoever waits long for a CPU has not answered in time. */
    private void hears(String expected) throws InterruptedException {
        String heard = "";
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!heard.equals(expected)) {
            heard = news.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertNotNull(heard, "never: " + expected + "; the last is " + checker.last());
        }
    }

    private void follows(String ill) throws Exception {
        hears("UP");
        turn(Mode.HUNG);
        hears("DOWN: no answer in time");
        turn(Mode.WELL);
        hears("UP");
        turn(Mode.ILL);
        hears("DOWN: " + ill);
    }

    private void turn(Mode to) throws IOException {
        mode = to;
        Files.writeString(folder.resolve("mode"), to.name());
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatComesAndGoesIsSeenByItsConnections(Sockets sockets) throws Exception {
        InetSocketAddress address = Ports.nobody();
        begin(sockets, address, new Check.Tcp(), "", 1_000);
        for (int round = 0; round < 2; round++) {
            try (ServerSocket there = new ServerSocket(address.getPort(), 1000, address.getAddress())) {
                hears("UP");
                there.accept().close();
            }
            String down = news.poll(60, TimeUnit.SECONDS);
            assertTrue(String.valueOf(down).startsWith("DOWN: no connection: "), down);
        }
    }

    @Test
    void anHttpApplicationIsAskedForAPath() throws Exception {
        Check http = new Check.Http(
                "/health?deep",
                "shop",
                Map.of("X-Of", "proxy"),
                List.of(new Check.Statuses(204, 204), new Check.Statuses(300, 302)));
        Backend.Play play = with -> {
            while (with.request() != null) {
                switch (mode) {
                    case WELL ->
                        with.say("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + "HTTP/1.1 204 No Content\r\n\r\n");
                    case ILL -> with.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    case HUNG -> with.read();
                }
            }
        };
        try (Backend application = new Backend(play)) {
            begin(Sockets.best(), application.address(), http, "", 250);
            follows("answers 200");
            String asked = application.records().get(0);
            assertTrue(asked.startsWith("GET /health?deep HTTP/1.1\r\n"), asked);
            assertTrue(asked.toLowerCase(Locale.ROOT).contains("\r\nhost: shop\r\n"), asked);
            assertTrue(asked.toLowerCase(Locale.ROOT).contains("\r\nx-of: proxy\r\n"), asked);
        }
    }

    @Test
    void anApplicationThatTakesNothingFromItsQueueIsNotWellByHttpAndIsByTcp() throws Exception {
        try (ServerSocket hung = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            InetSocketAddress at = new InetSocketAddress(hung.getInetAddress(), hung.getLocalPort());
            begin(Sockets.best(), at, new Check.Tcp(), "", 1_000);
            hears("UP");
            end();
            Check http = new Check.Http("/", "shop", Map.of(), List.of(Check.Statuses.NO_ERROR));
            begin(Sockets.best(), at, http, "", 50);
            hears("STARTING: no answer in time");
        }
    }

    /** A server of gRPC's health service, where {@code a.B} is known. */
    private Server grpc() throws IOException {
        MethodDescriptor<byte[], byte[]> check = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .setRequestMarshaller(Octets.AS_THEY_ARE)
                .setResponseMarshaller(Octets.AS_THEY_ARE)
                .build();
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                        .addMethod(check, ServerCalls.asyncUnaryCall((request, answer) -> {
                            if (!"\n\003a.B".equals(new String(request, StandardCharsets.UTF_8))) {
                                answer.onError(Status.NOT_FOUND.asRuntimeException());
                            } else if (mode != Mode.HUNG) {
                                answer.onNext(new byte[] {8, (byte) (mode == Mode.WELL ? 1 : 2)});
                                answer.onCompleted();
                            }
                        }))
                        .build())
                .build()
                .start();
    }

    @Test
    void aGrpcApplicationIsAskedForItsHealth() throws Exception {
        Server application = grpc();
        try {
            InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), application.getPort());
            begin(Sockets.best(), at, new Check.Grpc("a.B"), "", 250);
            follows("answers NOT_SERVING");
        } finally {
            application.shutdownNow().awaitTermination();
        }
    }

    @Test
    void aCommandSaysHowItIs() throws Exception {
        turn(Mode.WELL);
        String command = "case $(cat " + folder.resolve("mode") + ") in WELL) exit 0;; HUNG) sleep 600;; esac; exit 4";
        begin(Sockets.best(), Ports.nobody(), null, command, 500);
        follows("exit status 4");
        assertEquals("command", checker.settings().kind());
    }
}
