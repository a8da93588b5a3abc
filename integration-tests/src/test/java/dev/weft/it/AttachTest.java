package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent comes to applications that run, and leaves them as they were. */
class AttachTest {
    private static final List<String> INERT = List.of(
            "dev.weft.bootstrap.AgentLoader",
            "dev.weft.bootstrap.ClassPack",
            "dev.weft.bootstrap.Premain",
            "dev.weft.bootstrap.Start",
            "java.lang.WeftLink");

    /** Of an application that has called with each of the clients, is calling with each, and has others. */
    private static final Set<String> OUTSIDE = Set.of(
            "java.net.http.HttpClient: 2 calls under way",
            "java.net.http.HttpClient: 1 WebSocket",
            "java.net.http.HttpClient: 2 idle connections, left to expire",
            "java.net.HttpURLConnection: 1 call under way",
            "java.net.HttpURLConnection: 1 idle connection, left to expire",
            "Apache HttpClient 4: 1 call under way",
            "Apache HttpClient 5: 1 call under way",
            "OkHttp: 2 calls under way",
            "OkHttp: 1 WebSocket",
            "OkHttp: 2 idle connections, left to expire",
            "OkHttp: 3 connections in use",
            "DefaultHttpClient of Apache HttpClient 4 is loaded: its calls are not in the mesh",
            "the JDK's HttpServer serves: outside the mesh, unless ./weft register makes it known",
            "perhaps, and not to be seen: answers that nobody was reading (Apache HttpClient 4, Apache HttpClient 5,"
                    + " java.net.HttpURLConnection); idle connections (Apache HttpClient 4, Apache HttpClient 5)");

    /** Threads that the application's own libraries start when they have something to do. */
    private static final List<String> COMING_AND_GOING =
            List.of("HttpClient-", "OkHttp", "Okio", "Keep-Alive", "http-nio-");

    private static final Set<String> CLIENTS = Set.of(
            "jdk.internal.net.http.HttpClientImpl",
            "jdk.internal.net.http.HttpRequestImpl",
            "jdk.internal.net.http.Http1Request",
            "jdk.internal.net.http.MultiExchange",
            "jdk.internal.net.http.RedirectFilter",
            "jdk.internal.net.http.Http2Connection",
            "sun.net.www.http.HttpClient",
            "sun.net.www.http.KeepAliveCache",
            "sun.net.www.protocol.http.HttpURLConnection",
            "org.apache.hc.client5.http.impl.classic.HttpRequestRetryExec",
            "org.apache.hc.client5.http.impl.classic.ProtocolExec",
            "org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator",
            "okhttp3.OkHttpClient",
            "okhttp3.internal.http.RealInterceptorChain",
            "okhttp3.Route",
            "okhttp3.internal.connection.RealCall",
            "okhttp3.internal.connection.Exchange",
            "okhttp3.internal.connection.ConnectInterceptor",
            "okhttp3.internal.connection.RouteDatabase",
            "okhttp3.internal.http.RetryAndFollowUpInterceptor");

    private static final Set<String> CLIENT_4 = Set.of(
            "org.apache.http.impl.execchain.RetryExec",
            "org.apache.http.impl.execchain.ProtocolExec",
            "org.apache.http.impl.execchain.MainClientExec",
            "org.apache.http.impl.conn.DefaultHttpClientConnectionOperator");

    private static final Set<String> SERVERS = Set.of(
            "org.apache.catalina.connector.Request",
            "org.apache.catalina.core.StandardHostValve",
            "org.apache.coyote.AbstractProtocol");

    /** The application has two tracers' bridges to choose from, and must be told. */
    private static final String OTHER_BRIDGE =
            "org.springframework.boot.actuate.autoconfigure.tracing.BraveAutoConfiguration";

    /** As many as {@code sample.EveryClient} has. */
    private static final int CLIENT_COUNT = 7;

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static ControlPlane controlPlane;
    private static Instance one;
    private static Held held;
    /** A caller that has had the agent from its start. */
    private static Caller member;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        controlPlane = fleet.controlPlane();
        one = fleet.server("shop", "one");
        held = new Held(CLIENT_COUNT);
        fleet.rule("held.yaml", held.declared("held"));
        member = fleet.caller("jdk");
        fleet.up(controlPlane, "shop", 1);
        member.knows("http://shop/id");
    }

    @AfterAll
    static void stop() throws IOException {
        fleet.close();
        held.close();
    }

    /** HttpClient 4's are older than Java 7: what counts them as Java 7's may refuse to show them to an agent. */
    private static Set<String> clients() {
        Set<String> shown = new TreeSet<>(CLIENTS);
        if (Runtime.version().feature() < 25) {
            shown.addAll(CLIENT_4);
        }
        return shown;
    }

    private static int served(String path) throws IOException, InterruptedException {
        return Integer.parseInt(Web.get(one.url() + "/count?path=" + path).body());
    }

    /** When nothing of ours is left; what dies with a collection, or lingers for a second, is waited for. */
    private static Witnessed nothingLeft(long pid, Witnessed before, Set<String> classes) {
        Witnessed[] last = new Witnessed[1];
        try {
            return Until.get("nothing of the agent is left", () -> {
                last[0] = Witnessed.of(fleet, pid, classes);
                boolean clean = last[0].ours().equals(INERT)
                        && newThreads(before, last[0]).isEmpty()
                        && newSockets(before, last[0]).isEmpty()
                        && last[0].hooks().equals(before.hooks());
                return clean ? last[0] : null;
            });
        } catch (AssertionError left) {
            if (last[0] == null) {
                throw left; // nobody got in to look
            }
            throw new AssertionError(
                    "left: " + last[0].ours() + newThreads(before, last[0]) + newSockets(before, last[0])
                            + last[0].hooks(),
                    left);
        }
    }

    private static Set<String> newThreads(Witnessed before, Witnessed after) {
        Set<String> threads = new TreeSet<>(after.threads());
        threads.removeAll(before.threads());
        threads.removeIf(thread -> COMING_AND_GOING.stream().anyMatch(thread::startsWith));
        return threads;
    }

    private static Set<String> newSockets(Witnessed before, Witnessed after) {
        Set<String> sockets = new TreeSet<>(after.sockets());
        sockets.removeAll(before.sockets());
        return sockets;
    }

    /** Each of the clients gets this answer. */
    private static void everyClientGets(int status, String body, Caller caller, String url) throws Exception {
        for (int i = 0; i < CLIENT_COUNT; i++) {
            Caller.Answer answer = caller.get(url);
            assertEquals(status, answer.status(), answer.body());
            assertTrue(answer.body().contains(body), answer.body());
        }
    }

    @Test
    void aCallerIsInTheMeshWhileTheAgentIsThereAndAsItWasAfterwards() throws Exception {
        // Longer than Java 25 keeps what is idle, and than a busy machine takes to look.
        Caller caller = fleet.caller("every", jvm -> jvm.option("-Djdk.httpclient.keepalive.timeout=600"));
        Set<String> classes = clients();
        long pid = caller.running.pid();
        caller.others(held.url());
        everyClientGets(200, "one", caller, one.url() + "/id");
        everyClientGets(0, "", caller, "http://shop/id"); // no mesh, no such name
        Witnessed before = Witnessed.of(fleet, pid, classes);
        assertEquals(List.of(), before.ours());
        List<String> complained = complaints(caller);

        for (int round = 1; round <= 2; round++) {
            CompletableFuture<Caller.Loaded> running = caller.atOnce(CLIENT_COUNT, "GET", held.url() + "/held");
            int calls = round * CLIENT_COUNT;
            Until.so("each client has a call under way", () -> held.held() == calls);
            Weft attached = Weft.attach(fleet, pid, "service=late-caller");
            assertEquals(0, attached.exit(), attached.complained());
            assertTrue(attached.said().contains("late-caller"), attached.said());
            if (round == 1) { // later its pools also have what came of calls of the mesh
                assertEquals(OUTSIDE, Set.copyOf(attached.outside()));
            }
            held.letGo();
            assertEquals(new Caller.Loaded(CLIENT_COUNT, 0, "null"), running.get());
            caller.knows("http://shop/id");
            everyClientGets(200, "one", caller, "http://shop/id");
            Witnessed member = Witnessed.of(fleet, pid, Set.of());
            assertTrue(member.ours().size() > 100);
            assertTrue(newThreads(before, member).size() > 2, member::toString);
            assertTrue(newSockets(before, member).contains("talks to " + xdsPort()), member::toString);
            assertTrue(newSockets(before, member).stream().anyMatch(socket -> socket.startsWith("listens")));

            if (round == 1) {
                detachUnderShortCalls(caller);
            } else {
                detachUnderLongCalls(caller);
            }
        }

        Witnessed after = nothingLeft(pid, before, classes);
        assertEquals(classes.size(), after.code().size());
        assertEquals(before.code(), after.code());
        everyClientGets(200, "one", caller, one.url() + "/id");
        for (int i = 0; i < CLIENT_COUNT; i++) {
            assertFalse(caller.get(one.url() + "/headers").body().contains("traceparent"));
        }
        assertEquals(complained, complaints(caller));
    }

    private static void detachUnderShortCalls(Caller caller) throws Exception {
        int earlier = served("/slow");
        caller.start(4, "GET", "http://shop/slow?ms=100");
        Until.so("calls are under way", () -> served("/slow") > earlier + 8);
        Weft detached = Weft.detach(fleet, caller.running.pid());
        assertEquals(0, detached.exit(), detached.complained());
        int answered = caller.answered();
        Until.so("calls go on", () -> caller.answered() > answered + 8);
        Caller.Loaded loaded = caller.stop();
        assertTrue(loaded.failed() > 0, "after it the name is DNS's again");
        int served = served("/slow") - earlier;
        assertEquals(served, loaded.calls() - loaded.failed(), "who was served and got no answer");
    }

    /** Calls that wait to be sent again when it is told to leave, and are in the middle of an answer when they are. */
    private static void detachUnderLongCalls(Caller caller) throws Exception {
        caller.knows("http://held/ready");
        CompletableFuture<Caller.Loaded> running = caller.atOnce(CLIENT_COUNT, "GET", "http://held/again");
        Until.so("all have been told to come again", () -> held.sentAway() == CLIENT_COUNT);
        assertEquals(202, caller.admin.post("/detach").statusCode());
        Until.so("all have come again, and have half of an answer", () -> held.begun() == CLIENT_COUNT);
        assertTrue(caller.admin.leavesWord(), "the agent is there as long as they are");
        held.letGo();
        assertEquals(new Caller.Loaded(CLIENT_COUNT, 0, "null"), running.get());
        Until.so("the agent has left", () -> !caller.admin.leavesWord());
    }

    /** Compared with one of its kind that never had it. */
    @Test
    void anAgentThatWasThereFromTheStartLeavesNoMore() throws Exception {
        Caller twin = fleet.caller("every", jvm -> jvm);
        Caller caller = fleet.caller("every");
        Set<String> classes = clients();
        caller.knows("http://shop/id");
        everyClientGets(200, "one", caller, "http://shop/id");
        Witnessed member = Witnessed.of(fleet, caller.running.pid(), classes);
        assertEquals(classes.size(), linked(member).size(), () -> "woven: " + linked(member));

        Weft detached = Weft.detach(fleet, caller.running.pid());
        assertEquals(0, detached.exit(), detached.complained());
        for (Caller each : List.of(twin, caller)) {
            everyClientGets(200, "one", each, one.url() + "/id");
            everyClientGets(0, "", each, "http://shop/id");
        }
        Witnessed never = Witnessed.of(fleet, twin.running.pid(), Set.of()).plus(attaching(member));
        Witnessed after = nothingLeft(caller.running.pid(), never, classes);
        assertEquals(classes.size(), after.code().size());
        assertEquals(Set.of(), linked(after));
    }

    /** The classes whose code leads to us. */
    private static Set<String> linked(Witnessed witnessed) {
        String link = HexFormat.of().formatHex("java/lang/WeftLink".getBytes(StandardCharsets.US_ASCII));
        return witnessed.code().entrySet().stream()
                .filter(each -> each.getValue().contains(link))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** What the JVM itself opens for who looks into it. */
    private static Set<String> attaching(Witnessed witnessed) {
        return witnessed.sockets().stream()
                .filter(socket -> socket.contains("/.java_pid") || socket.matches("unix [0-9]+"))
                .collect(Collectors.toSet());
    }

    /** What it has on stderr, without what Java 21 and newer say of every agent that comes late. */
    private static List<String> complaints(Caller caller) throws IOException {
        return caller.running
                .errors()
                .lines()
                .filter(line -> !line.startsWith("WARNING: "))
                .toList();
    }

    private static String xdsPort() {
        return controlPlane.xds().substring(controlPlane.xds().lastIndexOf(':') + 1);
    }

    @Test
    void aServerIsFoundByNameAndPortAndLeavesUnderTraffic() throws Exception {
        Instance server = fleet.outsider("late");
        long pid = server.running().pid();
        assertEquals("late", Web.get(server.url() + "/id").body());
        Witnessed before = Witnessed.of(fleet, pid, SERVERS);
        Weft attached = Weft.attach(fleet, pid, "service=late", "address=127.0.0.1");
        assertEquals(0, attached.exit(), attached.complained());
        assertTrue(attached.said().contains(server.port() + " http"), attached.said());
        assertEquals(List.of(), attached.outside(), "nothing runs that it can't manage");
        fleet.up(controlPlane, "late", 1);
        member.knows("http://late/id");
        assertEquals(new Caller.Answer(200, "late"), member.get("http://late/id"));
        member.start(4, "GET", server.url() + "/slow?ms=20");
        Until.so("requests are under way", () -> member.answered() > 8);

        Weft detached = Weft.detach(fleet, pid);
        assertEquals(0, detached.exit(), detached.complained());
        fleet.up(controlPlane, "late", 0);
        int answered = member.answered();
        Until.so("it serves on", () -> member.answered() > answered + 8);
        Witnessed after = nothingLeft(pid, before, SERVERS);
        Caller.Loaded loaded = member.stop();
        assertEquals(0, loaded.failed(), loaded.firstFailure());
        assertEquals(SERVERS.size(), after.code().size());
        assertEquals(before.code(), after.code());
        server.running().kill();
    }

    /** On the newest JDK of this machine: who attaches may have an older one. */
    @Test
    void aSpringBootApplicationTellsItsOwnNameAndPortAndTracer() throws Exception {
        Path newest = Jvm.jdk25();
        Running running = fleet.own((newest == null ? new Jvm(folder) : new Jvm(folder).home(newest))
                .option("-Dserver.port=0")
                .option("-Dserver.address=127.0.0.1")
                .option("-Dspring.application.name=of-spring")
                .option("-Dspring.autoconfigure.exclude=" + OTHER_BRIDGE)
                .option("-Dmanagement.tracing.sampling.probability=1.0")
                .option("-Dmanagement.opentelemetry.tracing.export.schedule-delay=10ms")
                .run("boot", Libraries.springBoot(), "sample.boot.Traced"));
        String port = running.line("listening ").substring("listening ".length());
        Until.so(
                "it has started",
                () -> Web.get("http://127.0.0.1:" + port + "/spans").statusCode() == 200);
        Weft attached = Weft.attach(fleet, running.pid(), "address=127.0.0.1");
        assertEquals(0, attached.exit(), attached.complained());
        assertTrue(attached.said().contains("  service     of-spring\n"), attached.said());
        assertTrue(attached.said().contains("  ports       " + port + " http\n"), attached.said());
        fleet.up(controlPlane, "of-spring", 1);
        member.knows("http://of-spring/spans");
        String url = "http://127.0.0.1:" + port;
        String headers = Until.get("it has joined", () -> {
            String seen = ApplicationTracerTest.called(url + "/call", "http://shop/headers");
            return seen.contains("traceparent") ? seen : null;
        });
        ApplicationTracerTest.assertHasOneClientSpan(url, headers, 1, new Admin(fleet, running.pid()));
        running.kill();
    }

    @Test
    void whatCannotBeAttachedToIsToldWithTheReason() throws Exception {
        assertRefused(4_000_000, "no process 4000000 runs");

        Process sleeping = new ProcessBuilder("sleep", "300").start();
        assertRefused(sleeping.pid(), "is not a JVM");
        assertTrue(sleeping.isAlive(), "asking does it no harm");
        sleeping.destroyForcibly();

        Caller deaf = fleet.caller("jdk", jvm -> jvm.option("-XX:+DisableAttachMechanism"));
        assertRefused(deaf.running.pid(), "-XX:+DisableAttachMechanism");
        Caller closed = fleet.caller("jdk", jvm -> jvm.option("-XX:-EnableDynamicAgentLoading"));
        assertRefused(closed.running.pid(), "-XX:-EnableDynamicAgentLoading");

        assertEquals(200, member.get("http://shop/id").status());
        Until.so("the agent has left word", member.admin::leavesWord);
        assertRefused(member.running.pid(), "already");
        for (Caller caller : List.of(deaf, closed, member)) {
            assertEquals("", caller.running.errors());
            assertEquals(200, caller.get(one.url() + "/id").status());
        }
    }

    private static void assertRefused(long pid, String why) throws Exception {
        Weft refused = Weft.attach(fleet, pid);
        assertEquals(1, refused.exit(), refused.said());
        assertTrue(refused.complained().contains(why), refused.complained());
        assertFalse(refused.complained().contains("\tat "), refused.complained());
    }
}
