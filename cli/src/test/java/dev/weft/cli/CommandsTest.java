package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void explainAsksTheAgentWithMethodAndHeadersAndPrintsItsAnswer() throws IOException {
        try (var agent = Answering.on(null, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nroute v2")) {
            int exit = run(
                    "explain", "--admin", agent.address(), "-X", "POST", "-H", "x-group: a b", "http://order/o?x=1");

            assertEquals(0, exit, err::toString);
            assertEquals("route v2", out.toString().strip());
            assertTrue(
                    agent.asked()
                            .startsWith("GET /explain?url=http%3A%2F%2Forder%2Fo%3Fx%3D1&method=POST"
                                    + "&header=x-group%3Aa%20b HTTP/1.1"),
                    agent.asked());
        }
    }

    @Test
    void aRefusalOfTheAgentGoesToStandardErrorWithExitCode1() throws IOException {
        try (var agent = Answering.on(null, "HTTP/1.1 400 Bad\r\nContent-Length: 6\r\n\r\nno url")) {
            assertEquals(Main.FAILED, run("explain", "--admin", agent.address(), "nonsense"));
            assertEquals("no url", err.toString().strip());
        }
    }

    @Test
    void explainWithoutAnAgentSaysWhereItLookedAndWhatToDo() {
        long mine = ProcessHandle.current().pid();

        assertEquals(Main.UNREACHABLE, run("explain", "--pid", Long.toString(mine), "http://order"));
        assertTrue(err.toString().contains("weft doctor --pid " + mine), err.toString());
    }

    @Test
    void aHeaderWithoutANameIsRefused() {
        assertEquals(Main.USAGE, run("explain", "--admin", "127.0.0.1:1", "-H", "nonsense", "http://order"));
        assertTrue(err.toString().contains("-H 'nonsense' has no name"), err.toString());
    }

    @Test
    void explainNeedsToKnowWhomToAsk() {
        assertEquals(Main.USAGE, run("explain", "http://order"));
    }

    @Test
    void doctorDescribesAProcessWithoutAgent() {
        long mine = ProcessHandle.current().pid();

        run("doctor", "--pid", Long.toString(mine));
        assertTrue(out.toString().contains("Java " + Runtime.version()), out.toString());
        assertTrue(out.toString().contains("no agent: started without -javaagent"), out.toString());
        assertTrue(out.toString().contains("class archive"), out.toString());
    }

    @Test
    void doctorFailsForAProcessThatIsGone() throws Exception {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertEquals(Main.FAILED, run("doctor", "--pid", Long.toString(ended.pid())));
        assertTrue(out.toString().contains("no process " + ended.pid() + " runs"), out.toString());
    }

    @Test
    void aControlPlaneWithoutRulesSaysWhatIsMissing() {
        int exit =
                run("control-plane", "--config", "no-such-directory", "--xds", "127.0.0.1:0", "--rest", "127.0.0.1:0");

        assertEquals(Main.FAILED, exit);
        assertTrue(err.toString().contains("no directory of rules: no-such-directory"), err.toString());
    }

    @Test
    void anAddressWithoutPortIsWrongUsage() {
        assertEquals(Main.USAGE, run("control-plane", "--config", ".", "--xds", "localhost"));
        assertTrue(err.toString().contains("'localhost' is no address; write host:port"), err.toString());
    }

    @Test
    void whatMustOutliveAControlPlaneIsKeptByItsPort() {
        assertEquals(
                Path.of("/state/weft/15010"),
                ControlPlaneCommand.defaultState(Map.of("XDG_STATE_HOME", "/state"), 15010));
        assertNull(ControlPlaneCommand.defaultState(Map.of("XDG_STATE_HOME", "/state"), 0));
    }
}
