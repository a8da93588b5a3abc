package dev.weft.proxy.intercept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Tools;
import dev.weft.proxy.address.Cidr;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules come and go in a namespace of the test's own, with the tools of the system. */
class InterceptorTest {
    static final Interception ALL = new Interception(
            Set.of(1337),
            new Interception.Liveness(1337, 15_001, 60, Set.of()),
            new Interception.Outbound(
                    15_001,
                    Set.of(PortRange.of(25), new PortRange(9000, 9010)),
                    List.of(),
                    List.of(Cidr.parse("10.9.0.0/16"), Cidr.parse("fd09::/16"))),
            new Interception.Inbound(15_006, Set.of(), Set.of(PortRange.of(22))),
            new Interception.Dns(5353, List.of()),
            true);

    private Namespace host;
    private Interceptor interceptor;

    @BeforeEach
    void start() throws Exception {
        Namespace.need();
        host = new Namespace();
        interceptor = new Interceptor(host.shell());
        // What somebody else has there.
        host.root("iptables", "-t", "nat", "-A", "OUTPUT", "-p", "tcp", "--dport", "9", "-j", "RETURN");
        host.root("nft", "add table inet theirs");
    }

    @AfterEach
    void stop() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    private Firewall firewall(String name) {
        return firewall(interceptor, name);
    }

    private static Firewall firewall(Interceptor of, String name) {
        return of.firewalls().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Everything that the kernel has, counters apart. */
    private String everything() throws IOException {
        return host.root("nft", "list", "ruleset").replaceAll("packets \\d+ bytes \\d+", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void installingTwiceIsInstallingOnceAndRemovingTwiceIsRemovingOnce(String name) throws Exception {
        assertEquals(List.of(), interceptor.show());
        interceptor.install(firewall(name), ALL);
        String once = everything();
        var shown = interceptor.show();
        assertTrue(once.contains("WEFT_OUTPUT"), once);
        interceptor.install(firewall(name), ALL);
        assertEquals(once, everything());
        assertEquals(shown, interceptor.show());

        interceptor.remove();
        String left = everything();
        assertFalse(left.toLowerCase(Locale.ROOT).contains("weft"), left);
        assertTrue(left.contains("tcp dport 9") && left.contains("table inet theirs"), left);
        assertEquals(List.of(), interceptor.show());
        interceptor.remove();
        assertEquals(left, everything());
    }

    /** A word that holds for another 20 of 60 seconds, of a proxy that may be dead by now. */
    @Test
    void installingAgainNeitherForgetsThatTheProxyLivesNorRenewsIt() throws Exception {
        Firewall nftables = firewall("nftables");
        interceptor.install(nftables, ALL);
        host.root(
                "nft", "add element inet weft WEFT_ALIVE { ip timeout 60s expires 20s, ip6 timeout 60s expires 10s }");
        interceptor.install(nftables, ALL);
        assertTrue(left("ip") > 0 && left("ip") <= 20, String.join("\n", interceptor.show()));
        assertTrue(left("ip6") > 0 && left("ip6") <= 10, String.join("\n", interceptor.show()));
        Interception soon = new Interception(
                Set.of(1337), new Interception.Liveness(1337, 15_001, 5, Set.of()), null, ALL.inbound(), null, false);
        interceptor.install(nftables, soon);
        assertTrue(left("ip") > 0 && left("ip") <= 5, String.join("\n", interceptor.show()));
    }

    /** Whole seconds for which the rules count on, rounded up; 0 where they don't. */
    private int left(String kind) throws IOException {
        Matcher element = Pattern.compile("\\b" + kind + " timeout \\S+ expires (?:(\\d+)m)?(\\d+)s")
                .matcher(String.join("\n", interceptor.show()));
        return element.find()
                ? (element.group(1) == null ? 0 : 60 * Integer.parseInt(element.group(1)))
                        + Integer.parseInt(element.group(2))
                        + 1
                : 0;
    }

    /** Answers one connection with what it gets. */
    private static final String ECHO = """
            import socket
            server = socket.create_server(("", 0))
            print(server.getsockname()[1], flush=True)
            peer = server.accept()[0]
            while said := peer.recv(100):
                peer.sendall(said)
            """;

    /** Connects, and after a line of input asks for an echo. */
    private static final String ASK = """
            import socket, sys
            peer = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=20)
            print("open", flush=True)
            sys.stdin.readline()
            peer.sendall(b"echo")
            print(peer.recv(100).decode(), flush=True)
            """;

    private static Process python(Namespace where, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-c"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(where.inside(command))
                .redirectErrorStream(true)
                .start();
    }

    /** The host's own rules would have the kernel track connections from the beginning: there are none in these. */
    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void aConnectionThatIsOpenGoesOnAlsoWhereTheKernelHasTrackedNone(String name) throws Exception {
        Tools.need("python3");
        try (var here = new Namespace();
                var there = new Namespace()) {
            here.wire(there);
            Process server = python(there, ECHO);
            Process client = python(here, ASK, "10.77.0.2", server.inputReader().readLine());
            try {
                assertEquals("open", client.inputReader().readLine());
                var other = new Interceptor(here.shell());
                other.install(firewall(other, name), ALL);
                client.outputWriter().append("go\n").flush();
                assertEquals("echo", client.inputReader().readLine());
            } finally {
                client.destroyForcibly();
                server.destroyForcibly();
            }
        }
    }

    @Test
    void theOtherToolsRulesGoWhenOnesOwnCome() throws Exception {
        interceptor.install(firewall("iptables"), ALL);
        interceptor.install(firewall("nftables"), ALL);
        assertTrue(interceptor.show().stream().noneMatch(line -> line.startsWith("ip")), "" + interceptor.show());
        interceptor.install(firewall("iptables"), ALL);
        assertTrue(interceptor.show().stream().allMatch(line -> line.startsWith("ip")), "" + interceptor.show());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void whatIsNoLongerWantedGoes(String name) throws Exception {
        interceptor.install(firewall(name), ALL);
        interceptor.install(
                firewall(name),
                new Interception(
                        Set.of(1337, 0),
                        new Interception.Liveness(1337, 4140, 60, Set.of()),
                        null,
                        new Interception.Inbound(15_006, Set.of(PortRange.of(80)), Set.of()),
                        null,
                        false));
        String shown = String.join("\n", interceptor.show());
        assertTrue(shown.contains("15006"), shown);
        assertFalse(shown.contains("15001") || shown.contains("5353") || shown.contains("ip6tables"), shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void theScriptThatIsPrintedDoesTheSame(String name) throws Exception {
        interceptor.install(firewall(name), ALL);
        var installed = interceptor.show().stream().sorted().toList();
        interceptor.remove();
        assertEquals(
                0,
                host.shell()
                        .run(List.of("sh", "-e"), firewall(name).script(ALL))
                        .status());
        assertEquals(installed, interceptor.show().stream().sorted().toList());
        interceptor.remove();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip6tables-restore", "nft"})
    void anInstallThatFailsLeavesNothing(String program) throws Exception {
        String before = everything();
        Shell failing = (command, input) ->
                command.get(0).equals(program) && input.contains("WEFT_OUTPUT") && !input.contains("-D ")
                        ? new Shell.Ran(1, "", "out of luck")
                        : host.shell().run(command, input);
        var unlucky = new Interceptor(failing);
        var with = unlucky.firewalls().get(program.equals("nft") ? 0 : 1);
        var failure = assertThrows(IOException.class, () -> unlucky.install(with, ALL));
        assertEquals(program + ": out of luck", failure.getMessage());
        assertEquals(List.of(), interceptor.show());
        assertTrue(everything().contains("tcp dport 9"), before);
    }

    @Test
    void theToolsThatAreThereAreFound() throws Exception {
        assertEquals("nftables", interceptor.usable().name());
        Shell without = (command, input) -> command.get(0).equals("nft")
                ? new Shell.Ran(Shell.NOT_FOUND, "", "")
                : host.shell().run(command, input);
        var other = new Interceptor(without);
        assertEquals("iptables", other.usable().name());
        other.install(other.usable(), ALL);
        other.remove();
        var none = new Interceptor((command, input) -> new Shell.Ran(Shell.NOT_FOUND, "", ""));
        assertThrows(IOException.class, none::usable);
        none.remove();
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBe() throws IOException {
        var ran = Shell.ofTheHost().run(List.of("weft-no-such-program"), "");
        assertEquals(Shell.NOT_FOUND, ran.status());
        assertTrue(ran.error().contains("weft-no-such-program is not there"), ran.error());
    }
}
