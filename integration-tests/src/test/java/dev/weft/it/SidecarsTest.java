package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts, each with an application, a proxy and interception: what one of them sends out, the other one takes in. Both
 * would intercept each other's connections.
 */
@Tag("long")
class SidecarsTest {
    @TempDir
    Path folder;

    private Fleet fleet;
    private Host left;
    private Host right;

    /** One of them. */
    private record Host(Namespace where, String address, String service, int application) {
        Namespace.Ran call(String url) throws IOException, InterruptedException {
            return where.curl(url);
        }

        double number(String metric) throws IOException, InterruptedException {
            return where.curl("http://127.0.0.1:15000/metrics")
                    .said()
                    .lines()
                    .filter(line -> line.startsWith(metric))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    @BeforeEach
    void start() throws Exception {
        Namespace.need();
        fleet = new Fleet(folder);
        Namespace one = Namespace.make("left");
        Namespace two = Namespace.make("right");
        one.wire(two);
        left = new Host(one, "10.77.0.1", "ping", plain(one, "ping"));
        right = new Host(two, "10.77.0.2", "pong", plain(two, "pong"));
        run(
                        one,
                        "control-plane",
                        Jvm.WEFT,
                        "control-plane",
                        "--config",
                        fleet.rules.toString(),
                        "--xds",
                        "0.0.0.0:15010",
                        "--rest",
                        "127.0.0.1:0",
                        "--state",
                        fleet.folder.resolve("registry").toString())
                .line(" ready after ");
        for (Host host : new Host[] {left, right}) {
            run(
                            host.where,
                            host.service,
                            Jvm.PROXY,
                            "--service",
                            host.service,
                            "--port",
                            String.valueOf(host.application),
                            "--intercept",
                            "true",
                            "--address",
                            host.address,
                            "--control.plane",
                            "10.77.0.1:15010",
                            "--state.dir",
                            fleet.folder.resolve("state-" + host.service).toString())
                    .line("mesh DNS on port 5353");
            // The processes of the test run as root, and curl does not.
            Running rules = run(
                    host.where,
                    "rules-" + host.service,
                    Jvm.WEFT,
                    "intercept",
                    "install",
                    "--uid",
                    "0",
                    "--dns",
                    "all");
            assertEquals(0, rules.process.waitFor(), rules.errors());
        }
    }

    private Running run(Namespace where, String name, Path jar, String... arguments)
            throws IOException, InterruptedException {
        return fleet.own(new Jvm(fleet.folder).in(where).jar(name, jar, arguments));
    }

    private int plain(Namespace where, String name) throws IOException, InterruptedException {
        Running running = fleet.own(new Jvm(fleet.folder)
                .in(where)
                .run(name, List.of(Path.of("target", "test-classes").toString()), Plain.class.getName(), name));
        return Integer.parseInt(running.line("listening ").substring("listening ".length()));
    }

    @AfterEach
    void stop() throws Exception {
        if (fleet != null) {
            fleet.close();
        }
        for (Host host : new Host[] {left, right}) {
            if (host != null) {
                host.where.close();
            }
        }
    }

    @Test
    void eachCallGoesThroughEachOfThemOnce() throws Exception {
        both(left, right);
        both(right, left);
    }

    private static void both(Host from, Host to) throws Exception {
        Until.so(
                "the name is known",
                () -> from.call("http://" + to.service + "/").exit() == 0);
        double out = from.number("istio_requests_total{reporter=\"source\"");
        double in = to.number("istio_requests_total{reporter=\"destination\"");
        double tunnels = from.number("weft_tcp_tunnels_total") + to.number("weft_tcp_tunnels_total");
        assertEquals(
                new Namespace.Ran(0, to.service + " /a as " + to.service), from.call("http://" + to.service + "/a"));
        // To its own address and port, without a name: out of the one byte by byte, and into the other as a request.
        assertEquals(
                new Namespace.Ran(0, to.service + " /b as " + to.address + ":" + to.application),
                from.call("http://" + to.address + ":" + to.application + "/b"));
        Until.so(
                "the calls are counted",
                () -> to.number("istio_requests_total{reporter=\"destination\"") >= in + 2
                        && from.number("istio_requests_total{reporter=\"source\"") >= out + 1);
        assertEquals(in + 2, to.number("istio_requests_total{reporter=\"destination\""));
        assertEquals(out + 1, from.number("istio_requests_total{reporter=\"source\""));
        assertEquals(tunnels + 1, from.number("weft_tcp_tunnels_total") + to.number("weft_tcp_tunnels_total"));
        assertEquals(0, from.number("weft_intercept_refused_total"));
        assertEquals(0, to.number("weft_intercept_refused_total"));
    }
}
