package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts, each with a control plane, that share an etcd on the first; servers and a caller that goes on
 * calling, whatever becomes of the control planes. Its calls are of those that are not sent twice. One test after the
 * other, since whoever has lost its control plane stays with the one that it found.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicasTest {
    private static final String FIRST = "10.77.0.1";
    private static final String SECOND = "10.77.0.2";
    private static final int STORE = 2379;
    private static final String BOTH = FIRST + ":15010;" + SECOND + ":15010";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Namespace first;
    private static Namespace second;
    private static Running atFirst;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        Namespace.need("etcd");
        fleet = new Fleet(folder);
        first = Namespace.make("first");
        second = Namespace.make("second");
        first.wire(second);
        etcd();
        Until.so(
                "etcd answers",
                () -> first.curl("http://" + FIRST + ":" + STORE + "/health")
                        .said()
                        .contains("true"));
        atFirst = controlPlane(first, FIRST);
        controlPlane(second, SECOND);
        server(first, FIRST, "one");
        server(second, SECOND, "two");
        Until.so("both know both", () -> up(first) == 2 && up(second) == 2);
        caller = fleet.caller("jdk", jvm -> jvm.in(second).agent("control.plane", BOTH));
        Until.so("both are called", () -> called().equals(Set.of("one", "two")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        for (Namespace one : new Namespace[] {first, second}) {
            if (one != null) {
                one.close();
            }
        }
    }

    private static void etcd() throws IOException {
        List<String> command = new ArrayList<>(first.inside());
        command.addAll(List.of(
                "etcd",
                "--data-dir",
                fleet.folder.resolve("etcd").toString(),
                "--listen-client-urls",
                "http://" + FIRST + ":" + STORE,
                "--advertise-client-urls",
                "http://" + FIRST + ":" + STORE,
                "--logger",
                "zap",
                "--log-level",
                "error"));
        Path errors = Files.createFile(fleet.folder.resolve("etcd.err"));
        fleet.own(new Running(
                "etcd",
                new ProcessBuilder(command).redirectError(errors.toFile()).start(),
                errors));
    }

    private static Running controlPlane(Namespace at, String address) throws IOException, InterruptedException {
        Running started = fleet.own(new Jvm(fleet.folder)
                .in(at)
                .jar(
                        "control-plane-" + address,
                        Jvm.WEFT,
                        "control-plane",
                        "--config",
                        fleet.rules.toString(),
                        "--xds",
                        address + ":15010",
                        "--rest",
                        "127.0.0.1:15014",
                        "--state",
                        fleet.folder.resolve("state-" + address).toString(),
                        "--store",
                        "etcd://" + FIRST + ":" + STORE + "/weft"));
        started.line(" ready after ");
        return started;
    }

    private static void server(Namespace at, String address, String id) throws IOException, InterruptedException {
        fleet.own(new Jvm(fleet.folder)
                        .in(at)
                        .agent("service", "shop")
                        .agent("address", address)
                        .agent("control.plane", address.equals(FIRST) ? BOTH : SECOND + ":15010;" + FIRST + ":15010")
                        .run("shop-" + id, "sample.Server", id, "0", address))
                .line("listening ");
    }

    /** How many instances can be called, as a control plane says. */
    private static int up(Namespace at) throws IOException, InterruptedException {
        int up = 0;
        for (JsonNode instance : items(at, "instances")) {
            up += instance.path("state").asText().equals("UP") ? 1 : 0;
        }
        return up;
    }

    private static JsonNode items(Namespace at, String kind) throws IOException, InterruptedException {
        return JSON.readTree(at.curl("http://127.0.0.1:15014/api/v1/" + kind).said())
                .path("items");
    }

    private static Set<String> called() throws IOException, InterruptedException {
        Set<String> called = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            Caller.Answer answer = caller.get("http://shop/id");
            if (answer.status() == 200) {
                called.add(answer.body());
            }
        }
        return called;
    }

    /** Ends the load. */
    private static void noCallWasLost() throws IOException, InterruptedException {
        Caller.Loaded loaded = caller.stop();
        assertEquals(0, loaded.failed(), loaded.firstFailure());
        assertTrue(loaded.calls() > 100, loaded.calls() + " calls");
    }

    @Test
    @Order(1)
    void oneThatIsCutOffFromTheStoreKeepsItsAgentsAndCatchesUp() throws Exception {
        caller.start(4, "POST", "http://shop/echo");
        second.cut(STORE);
        Until.so("the first takes the second for gone", () -> atFirst.said().contains(" is gone; "));
        assertTrue(second.curl("http://127.0.0.1:15014/metrics").said().contains("weft_control_store_up 0\n"));
        server(first, FIRST, "three");
        Until.so("the first knows the third", () -> up(first) == 3);
        assertEquals(2, up(second));
        int before = caller.answered();
        Until.so("calls go on", () -> caller.answered() > before + 100);
        second.mend();
        Until.so("the second knows it too", () -> up(second) == 3);
        assertEquals(3, up(first));
        noCallWasLost();
        Until.so("the third is called", () -> called().contains("three"));
    }

    @Test
    @Order(2)
    void whenOneDiesItsAgentsGoToTheOtherAndNoCallIsLost() throws Exception {
        int known = up(second);
        caller.start(4, "POST", "http://shop/echo");
        atFirst.kill();
        Until.so("the other one has its agents", () -> items(second, "clients").size() >= 2);
        assertEquals(known, up(second));
        server(first, FIRST, "late");
        Until.so("and those who come later", () -> up(second) == known + 1);
        int before = caller.answered();
        Until.so("calls go on", () -> caller.answered() > before + 100);
        noCallWasLost();
        atFirst = controlPlane(first, FIRST);
        assertEquals(known + 1, up(first));
    }
}
