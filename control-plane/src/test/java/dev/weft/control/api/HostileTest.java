package dev.weft.control.api;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.api.Api.Answer;
import dev.weft.control.http.HttpLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean no good, and those that can't do better. */
class HostileTest {
    private static final String MAIL = "/api/v1/instances/default/mail/10.0.0.1:25";
    private static final String TOKEN = "Authorization: Bearer " + Api.TOKEN + "\r\n";
    private static final String HOST = "Host: localhost\r\n";
    private static final int BODY = 4_096;

    @TempDir
    Path temp;

    private Api api;

    @BeforeEach
    void start() throws IOException {
        api = new Api(
                Files.createDirectory(temp.resolve("rules")), temp.resolve("state"), limits(Duration.ofSeconds(60)));
    }

    /** @param time for whatever takes time */
    private static HttpLimits limits(Duration time) {
        return new HttpLimits(1_100, 2_048, BODY, time, time, Duration.ofSeconds(60), time, 10, 50);
    }

    /** One that waits for nothing, in the place of the other. */
    private void startImpatient() throws IOException {
        api.close();
        api = new Api(temp.resolve("rules"), temp.resolve("state"), limits(Duration.ofMillis(300)));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static void assertProblem(int status, Answer answer) {
        assertEquals(status, answer.status(), answer.body());
        assertEquals("application/problem+json", answer.headers().get("content-type"));
        assertEquals(status, answer.json().get("status").asInt());
        assertFalse(answer.json().get("detail").asText().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"PUT,{}", "PATCH,{}", "DELETE,", "POST,"})
    void whoHasNoTokenChangesNothing(String method, String body) {
        String path = method.equals("POST") ? MAIL + "/renew" : MAIL;
        assertProblem(401, api.ask(method, path, body));
        for (String wrong :
                List.of("Bearer x", "Bearer ", "Basic " + Api.TOKEN, Api.TOKEN, "Bearer " + Api.TOKEN + "0")) {
            Answer answer = api.ask(method, path, body, "Authorization: " + wrong);
            assertProblem(401, answer);
            assertEquals("Bearer", answer.headers().get("www-authenticate"));
        }
        assertEquals(0, api.get("/api/v1/instances").json().get("items").size());
    }

    @Test
    void aTokenThatStandsTwiceIsNone() {
        assertProblem(400, api.ask("PUT", MAIL, "{}", "Authorization: Bearer x", "Authorization: Bearer " + Api.TOKEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example.com",
                "Origin: http://127.0.0.1:15014",
                "Origin: null",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site"
            })
    void aPageInABrowserChangesNothingEvenWithTheToken(String header) {
        assertProblem(403, api.change("PUT", MAIL, "{}", header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example.com",
                "evil.example.com:15014",
                "127.0.0.1.evil.com",
                "localhost.evil.com",
                "[::1",
                "127.1",
                "0x7f.0.0.1",
                ""
            })
    void aNameThatIsNotOursIsNotAnswered(String host) {
        assertProblem(421, api.get("/api/v1/services", "Host: " + host));
        assertProblem(421, api.change("PUT", MAIL, "{}", "Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:15014", "localhost", "LOCALHOST:1", "[::1]", "[::1]:15014"})
    void anAddressOrLocalhostIsAnswered(String host) {
        assertEquals(200, api.get("/ready", "Host: " + host).status());
    }

    @Test
    void namesThatItWasGivenAreAnswered() {
        api.names = List.of("weft.example.com", "*.mesh.example.com");
        for (String host :
                List.of("weft.example.com", "Weft.Example.com:15014", "weft.example.com.", "a.mesh.example.com:80")) {
            assertEquals(200, api.get("/api/v1/services", "Host: " + host).status(), host);
        }
        for (String host : List.of(
                "evil.example.com",
                "weft.example.com.evil.com",
                "mesh.example.com",
                "a.b.mesh.example.com",
                "*",
                ".")) {
            assertProblem(421, api.get("/api/v1/services", "Host: " + host));
            assertProblem(421, api.get("/ready", "Host: " + host));
        }
    }

    @Test
    void whereOtherMachinesReachItWhatNamesNobodyIsAnsweredByAnyName() throws IOException {
        api.close();
        api = new Api(temp.resolve("rules"), temp.resolve("state"), limits(Duration.ofSeconds(60)), true);
        for (String path : List.of("/ready", "/healthz", "/metrics")) {
            assertEquals(200, api.get(path, "Host: weft.internal:15014").status(), path);
        }
        for (String path : List.of("/api/v1/services", "/api/v1/openapi.json", "/nothing")) {
            assertProblem(421, api.get(path, "Host: weft.internal:15014"));
        }
        assertProblem(421, api.change("PUT", MAIL, "{}", "Host: weft.internal:15014"));
    }

    @Test
    void whoComesFromAnotherMachineReadsWithTheTokenAlone() {
        api.change("PUT", MAIL, "{}");
        api.isElsewhere = true;
        for (String path : List.of("/api/v1/instances", "/api/v1/rules", "/api/v1/instances?watch=true", "/nothing")) {
            Answer answer = api.get(path);
            assertProblem(401, answer);
            assertEquals("Bearer", answer.headers().get("www-authenticate"));
            assertProblem(401, api.get(path, "Authorization: Bearer x"));
        }
        assertEquals(401, api.ask("HEAD", "/api/v1/instances", null).status());
        Answer answer = api.get("/api/v1/instances", "Authorization: Bearer " + Api.TOKEN);
        assertEquals(1, answer.json().get("items").size(), answer.body());
        assertEquals(200, api.get("/ready").status());
        assertEquals(200, api.get("/metrics").status());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,true",
        "127.8.0.1,true",
        "::1,true",
        "0:0:0:0:0:0:0:1,true",
        "::ffff:127.0.0.1,true",
        "10.0.0.1,false",
        "0.0.0.0,false",
        "::,false",
        "fe80::1%lo,false",
        "localhost,false",
        "'',false"
    })
    void onlyALoopbackAddressIsThisMachines(String address, boolean isHere) {
        assertEquals(isHere, Access.isLoopback(address));
    }

    @Test
    void aRequestWithoutAHostOrWithTwoIsNotAnswered() {
        assertProblem(421, Answer.of(api.exchange("GET /ready HTTP/1.1\r\nConnection: close\r\n\r\n")));
        assertProblem(400, Answer.of(api.exchange("GET /ready HTTP/1.1\r\n" + HOST + "Host: 127.0.0.1\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/rules/VirtualService/default/../../../token",
                "/api/v1/rules/VirtualService/..%2f..%2ftoken/x",
                "/api/v1/rules/VirtualService/%2e%2e/x",
                "/api/v1/rules/VirtualService/default/..",
                "/api/v1/rules/VirtualService/default/a%2fb",
                "/api/v1/rules/VirtualService/default/a%5cb",
                "/api/v1/rules/VirtualService/default/a%00",
                "/api/v1/rules/VirtualService/default/.a",
                "/api/v1/rules/VirtualService/default/%c0%ae%c0%ae",
                "/api/v1/rules/VirtualService/Default/a",
                "/api/v1/rules/Secret/default/a",
                "/api/v1/rules/VirtualService//a",
                "http://127.0.0.1/ready",
                "*"
            })
    void noPathLeadsOutOfWhatItNames(String path) throws IOException {
        assertProblem(400, api.change("PUT", path, "a: b", "Content-Type: application/yaml"));
        try (var files = Files.walk(temp)) {
            Path history = temp.resolve("state").resolve("history"); // what was in force when it started
            assertEquals(
                    List.of(),
                    files.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(history))
                            .toList());
        }
    }

    @Test
    void aBodyThatSaysThatItIsTooLargeIsNotRead() {
        Answer answer = Answer.of(
                api.exchange("PUT " + MAIL + " HTTP/1.1\r\n" + HOST + TOKEN + "Content-Length: 1000000000\r\n\r\n"));
        assertProblem(413, answer);
        assertEquals("close", answer.headers().get("connection"));
    }

    @Test
    void aBodyThatBecomesTooLargeIsNotReadToItsEnd() {
        String chunk = "400\r\n" + "x".repeat(1_024) + "\r\n";
        Answer answer = Answer.of(api.exchange("PUT " + MAIL + " HTTP/1.1\r\n" + HOST + TOKEN
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(500)));
        assertProblem(413, answer);
    }

    @Test
    void theBodyOfSomebodyWithoutTheTokenIsNotRead() throws IOException {
        try (Socket socket = api.connect()) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("PUT " + MAIL + " HTTP/1.1\r\n" + HOST + "Content-Length: 4000\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            Answer answer = Answer.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertProblem(401, answer);
        }
    }

    @Test
    void aGetWithABodyIsRefused() {
        assertProblem(400, api.ask("GET", "/ready", "{}"));
    }

    @Test
    void deepJsonIsRefused() {
        assertProblem(400, api.change("PUT", MAIL, "{\"labels\":" + "[".repeat(1_500) + "]".repeat(1_500) + "}"));
        Answer rule = api.change(
                "PUT", "/api/v1/rules/VirtualService/default/a", "[".repeat(1_500), "Content-Type: application/json");
        assertProblem(422, rule);
    }

    @Test
    void aNumberOrTextWithoutAnEndIsRefused() {
        assertProblem(400, api.change("PUT", MAIL, "{\"weight\":" + "9".repeat(3_000) + "}"));
        assertProblem(400, api.change("PUT", MAIL, "{\"zone\":\"" + "9".repeat(3_000)));
    }

    @Test
    void headersAndLinesHaveALimit() {
        assertProblem(431, api.get("/ready", "X-Much: " + "x".repeat(3_000)));
        assertProblem(414, api.get("/ready?" + "x".repeat(3_000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
                "GET /ready HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "GET /ready HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "GET /ready HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n"
            })
    void whatIsNotHttpIsAnsweredOnceAndClosed(String bytes) {
        Answer answer = Answer.of(api.exchange(bytes));
        assertProblem(400, answer);
        assertEquals("close", answer.headers().get("connection"));
    }

    @Test
    void headersThatComeTooSlowlyAreNotWaitedFor() throws IOException {
        startImpatient();
        try (Socket socket = api.connect()) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /ready HTTP/1.1\r\nHost: local".getBytes(StandardCharsets.UTF_8));
            Answer answer = Answer.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertProblem(408, answer);
        }
    }

    @Test
    void aBodyThatComesTooSlowlyIsNotWaitedFor() throws IOException {
        startImpatient();
        try (Socket socket = api.connect()) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("PUT " + MAIL + " HTTP/1.1\r\n" + HOST + TOKEN
                                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{")
                            .getBytes(StandardCharsets.UTF_8));
            Answer answer = Answer.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertProblem(408, answer);
        }
        eventually("nothing came of it", () -> api.get(MAIL).status() == 404);
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() {
        String put = "PUT " + MAIL + " HTTP/1.1\r\n" + HOST + TOKEN
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        String get = "GET " + MAIL + " HTTP/1.1\r\n" + HOST + "\r\n";
        String end = "GET /nothing HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
        String answers = api.exchange(get + put + get + end);
        List<String> statuses = new ArrayList<>();
        for (String part : answers.split("HTTP/1.1 ", -1)) {
            statuses.add(part.isEmpty() ? "" : part.substring(0, 3));
        }
        assertEquals(List.of("", "404", "201", "200", "404"), statuses, answers);
    }

    @Test
    void whoExpectsToBeAskedForTheBodyIsAsked() {
        String answers = api.exchange("PUT " + MAIL + " HTTP/1.1\r\n" + HOST + TOKEN
                + "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
                + "Connection: close\r\n\r\n{}");
        assertTrue(answers.startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"), answers);
    }

    @Test
    void aThousandIdleConnectionsKeepNobodyOut() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(api.connect());
            }
            assertEquals(200, api.get("/ready").status());
            OutputStream first = idle.get(0).getOutputStream();
            first.write(
                    ("GET /ready HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            String answer = new String(idle.get(0).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_100; i++) {
                idle.add(api.connect());
            }
            try (Socket more = api.connect()) {
                more.setSoTimeout(60_000);
                assertEquals(-1, more.getInputStream().read());
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void whoDoesNotReadItsAnswersGetsToAskNothingMoreAndIsCutOff() throws IOException {
        int services = 200;
        int requests = 1_000;
        api.close();
        HttpLimits patient = new HttpLimits(
                10,
                2_048,
                BODY,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                10_000,
                10_000);
        api = new Api(temp.resolve("rules"), temp.resolve("state"), patient);
        for (int i = 0; i < services; i++) {
            api.agent("s" + i, "10.0.0.1", "s" + i + ":80");
        }
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(api.rest.address());
            String request = "GET /api/v1/services HTTP/1.1\r\n" + HOST + "\r\n";
            socket.getOutputStream().write(request.repeat(requests).getBytes(StandardCharsets.UTF_8));
            eventually("the first is answered", () -> api.shown.get() >= services);
            eventually("it is cut off", () -> api.rest.connections() == 0);
        }
        assertTrue(api.shown.get() < services * requests / 2, "made " + api.shown.get() / services + " answers");
    }

    @Test
    void whoAsksTooOftenIsToldToWait() {
        List<Integer> statuses = new ArrayList<>();
        Answer last = api.get("/ready");
        for (int i = 0; i < 50; i++) {
            last = api.get("/ready");
            statuses.add(last.status());
        }
        assertEquals(49, statuses.indexOf(429), statuses.toString());
        assertProblem(429, last);
        assertEquals("1", last.headers().get("retry-after"));
        api.queue.pass(Duration.ofSeconds(1));
        assertEquals(200, api.get("/ready").status());
    }

    @Test
    void anAnswerThatIsNotMadeInTimeIsAnErrorThatSaysSo() throws IOException {
        startImpatient();
        var free = new java.util.concurrent.CountDownLatch(1);
        api.queue.execute(() -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertProblem(503, api.get("/api/v1/services"));
        free.countDown();
        eventually(
                "the next one is made in time",
                () -> api.get("/api/v1/services").status() == 200);
    }
}
