package dev.weft.control.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.Instance;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances are tried over real sockets. */
class NetProberTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Whose length takes two bytes. */
    private static final String LONG_NAME = "shop." + "x".repeat(200);

    private final NetProber prober = new NetProber();
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        prober.close();
    }

    private static HealthCheck check(HealthCheck.How how, Duration timeout) {
        return new HealthCheck(how, Duration.ofSeconds(10), timeout, 1, 1);
    }

    /** Why it failed; null when it is well. */
    private String probe(String path, Duration timeout) {
        return probe(prober, path, timeout);
    }

    private String probe(NetProber by, String path, Duration timeout) {
        HealthCheck.How how = path.isEmpty() ? new HealthCheck.How.Connection() : new HealthCheck.How.Http(path);
        return probe(by, server.getLocalPort(), how, timeout);
    }

    private static String probe(NetProber by, int port, HealthCheck.How how, Duration timeout) {
        CompletableFuture<String> told = new CompletableFuture<>();
        by.probe(
                new Instance.Key("mail.default.svc.cluster.local", "127.0.0.1", port),
                check(how, timeout),
                told::complete);
        return told.orTimeout(90, TimeUnit.SECONDS).join();
    }

    /** Answers one connection with these bytes; completes with what it was asked. */
    private CompletableFuture<String> answering(String bytes) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = server.accept()) {
                StringBuilder asked = new StringBuilder();
                while (asked.indexOf("\r\n\r\n") < 0) {
                    int c = socket.getInputStream().read();
                    if (c < 0) {
                        break;
                    }
                    asked.append((char) c);
                }
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
                return asked.toString();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302})
    void whatAnswersWellIsWell(int status) {
        CompletableFuture<String> asked = answering("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
        assertNull(probe("/health?deep=no", PATIENCE));
        String request = asked.join();
        assertTrue(request.startsWith("GET /health?deep=no HTTP/1.1\r\n"), request);
        assertTrue(request.contains("host: 127.0.0.1:" + server.getLocalPort()), request);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500, 503})
    void whatAnswersWithAnErrorIsNot(int status) {
        CompletableFuture<String> asked = answering("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
        assertEquals("answers " + status, probe("/health", PATIENCE));
        assertTrue(asked.join().startsWith("GET /health "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SSH-2.0-x\r\n\r\n"})
    void whatDoesNotSpeakHttpIsNotWell(String bytes) {
        CompletableFuture<String> asked = answering(bytes);
        assertNotNull(probe("/health", PATIENCE));
        assertTrue(asked.join().startsWith("GET /health "));
    }

    @Test
    void whatDoesNotAnswerInTimeIsNotWell() {
        assertEquals("no answer in time", probe("/health", Duration.ofMillis(200)));
    }

    @Test
    void aConnectionIsEnoughWhereNoPathIsGiven() {
        assertNull(probe("", PATIENCE));
    }

    /** A server of gRPC that answers what the name of the service says, with the published messages. */
    private static Server health() throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new HealthGrpc.HealthImplBase() {
                    @Override
                    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
                        String service = request.getService();
                        if (service.startsWith("status.")) {
                            answer.onError(Status.Code.valueOf(service.substring(7))
                                    .toStatus()
                                    .asRuntimeException());
                            return;
                        }
                        boolean well = service.isEmpty() || service.equals(LONG_NAME);
                        answer.onNext(HealthCheckResponse.newBuilder()
                                .setStatus(well ? ServingStatus.SERVING : ServingStatus.valueOf(service))
                                .build());
                        answer.onCompleted();
                    }
                })
                .build()
                .start();
    }

    @Test
    void aServiceMayHaveALongName() throws Exception {
        Server asked = health();
        try {
            assertNull(probe(prober, asked.getPort(), new HealthCheck.How.Grpc(LONG_NAME), PATIENCE));
        } finally {
            asked.shutdownNow().awaitTermination();
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "well",
            value = {
                "'', well",
                "SERVING, well",
                "NOT_SERVING, answers NOT_SERVING",
                "UNKNOWN, answers UNKNOWN",
                "status.NOT_FOUND, does not know the service 'status.NOT_FOUND'",
                "status.UNIMPLEMENTED, has no grpc.health.v1.Health",
                "status.UNAVAILABLE, answers UNAVAILABLE",
                "status.INTERNAL, answers INTERNAL"
            })
    void aServerOfGrpcIsAskedForItsHealth(String service, String failure) throws Exception {
        Server asked = health();
        try {
            assertEquals(failure, probe(prober, asked.getPort(), new HealthCheck.How.Grpc(service), PATIENCE));
        } finally {
            asked.shutdownNow().awaitTermination();
        }
    }

    private String ask(Duration timeout) {
        return probe(prober, server.getLocalPort(), new HealthCheck.How.Grpc(""), timeout);
    }

    @Test
    void whatDoesNotSpeakGrpcIsNotWell() {
        CompletableFuture<String> asked = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertNotNull(ask(PATIENCE));
        assertEquals("PRI * HTTP/2.0\r\n\r\n", asked.join());
    }

    @Test
    void whatSaysNothingByGrpcIsNotWell() {
        assertEquals("no answer in time", ask(Duration.ofMillis(200)));
    }

    @Test
    void whereNobodyListensNobodySpeaksGrpc() throws IOException {
        server.close();
        String refused = ask(PATIENCE);
        assertTrue(String.valueOf(refused).startsWith("no connection"), refused);
    }

    @Test
    void whereNobodyListensNothingIsWell() throws IOException {
        server.close();
        assertTrue(String.valueOf(probe("", PATIENCE)).startsWith("no connection"));
    }

    @Test
    void withoutAFileDescriptorNothingIsWellButItIsTold() {
        try (NetProber poor = new NetProber(
                () -> {
                    throw new ChannelException("Too many open files");
                },
                10)) {
            for (int i = 0; i < 20; i++) {
                assertEquals("no connection: Too many open files", probe(poor, "", PATIENCE));
            }
        }
    }

    @Test
    void onlySoManyAreTriedAtOnce() {
        AtomicInteger opened = new AtomicInteger();
        try (NetProber modest = new NetProber(
                () -> {
                    opened.incrementAndGet();
                    return new NioSocketChannel();
                },
                1)) {
            List<CompletableFuture<Integer>> whenTold = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Integer> told = new CompletableFuture<>();
                whenTold.add(told.orTimeout(90, TimeUnit.SECONDS));
                modest.probe(
                        new Instance.Key("mail.default.svc.cluster.local", "127.0.0.1", server.getLocalPort()),
                        check(new HealthCheck.How.Http("/silent"), Duration.ofMillis(100)),
                        failure -> told.complete(opened.get()));
            }
            assertEquals(
                    List.of(1, 2, 3),
                    whenTold.stream().map(CompletableFuture::join).toList());
        }
    }
}
