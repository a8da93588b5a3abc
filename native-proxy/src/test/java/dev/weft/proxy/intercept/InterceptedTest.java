package dev.weft.proxy.intercept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.address.Cidr;
import dev.weft.proxy.intercept.Interception.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where connections and questions go under the rules: two hosts on a wire, the proxy's listeners and mesh DNS on one
 * of them, a web server and a DNS server on the other; and a container behind the first.
 */
class InterceptedTest {
    private static final int NOBODY = 65_534;
    private static final int PROXY = 1337;
    private static final String THERE = "10.77.0.2";

    @TempDir
    static Path directory;

    private static Namespace here;
    private static Namespace there;
    private static Namespace container;
    private static Host proxy;
    private static Host outside;

    @BeforeAll
    static void start() throws Exception {
        Namespace.need();
        here = new Namespace();
        there = new Namespace();
        here.wire(there);
        container = new Namespace();
        here.forwardFor(container);
        Path conf = directory.resolve("resolv.conf");
        Files.writeString(conf, "nameserver " + THERE + "\n");
        proxy = new Host(
                here,
                List.of(
                        "5353",
                        conf.toString(),
                        "orders",
                        "240.240.0.7",
                        "127.0.0.1",
                        "dns",
                        "::1",
                        "dns",
                        "127.0.0.1",
                        "15001",
                        "::1",
                        "15001",
                        "::",
                        "15006",
                        "127.0.0.1",
                        "8000"));
        outside = new Host(
                there, List.of("53", conf.toString(), "*", "192.0.2.9", THERE, "dns", "fd77::2", "dns", "::", "80"));
    }

    @AfterAll
    static void stop() throws IOException {
        for (AutoCloseable one : new AutoCloseable[] {proxy, outside, container, here, there}) {
            if (one != null) {
                try {
                    one.close();
                } catch (Exception e) {
                    throw new IOException(e);
                }
            }
        }
    }

    /** Root is left alone too, because the processes of the test run as root. */
    private static Interceptor install(String name, List<Cidr> dnsServers) throws IOException {
        var interceptor = install(name, dnsServers, 60);
        proxy.lives();
        return interceptor;
    }

    /** Of a proxy that has not said anything yet. */
    private static Interceptor install(String name, List<Cidr> dnsServers, int seconds, Part... closed)
            throws IOException {
        var interceptor = new Interceptor(here.shell());
        var firewall = interceptor.firewalls().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        interceptor.install(
                firewall,
                new Interception(
                        Set.of(PROXY, 0),
                        new Interception.Liveness(0, 15_001, seconds, Set.of(closed)),
                        new Interception.Outbound(
                                15_001,
                                Set.of(new PortRange(8070, 8090)),
                                List.of(),
                                List.of(Cidr.parse("10.77.0.128/25"), Cidr.parse("fd77:1::/32"))),
                        new Interception.Inbound(15_006, Set.of(), Set.of(PortRange.of(22))),
                        new Interception.Dns(5353, dnsServers),
                        true));
        return interceptor;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void connectionsGoToTheProxyWhichKnowsWhereTheyWereGoing(String firewall) throws Exception {
        assertTrue(here.connect(NOBODY, THERE, 80).startsWith("80 for "));
        var interceptor = install(firewall, List.of());
        assertEquals("15001 for 10.77.0.2 80", here.connect(NOBODY, THERE, 80));
        assertEquals("15001 for 240.240.0.7 9999", here.connect(NOBODY, "240.240.0.7", 9999));
        assertEquals("15001 for fd77:0:0:0:0:0:0:2 80", here.connect(NOBODY, "fd77::2", 80));
        assertEquals("15006 for 10.77.0.1 7001", there.connect(NOBODY, "10.77.0.1", 7001));
        assertEquals("15006 for fd77:0:0:0:0:0:0:1 7001", there.connect(NOBODY, "fd77::1", 7001));
        assertTrue(String.join("\n", interceptor.show()).contains("15001"));
        interceptor.remove();
        assertTrue(here.connect(NOBODY, THERE, 80).startsWith("80 for "));
        assertEquals("", there.connect(NOBODY, "10.77.0.1", 7001));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void whatIsToBeLeftAloneIs(String firewall) throws Exception {
        var interceptor = install(firewall, List.of());
        assertTrue(here.connect(PROXY, THERE, 80).startsWith("80 for "));
        assertEquals("8000 for 127.0.0.1 8000", here.connect(NOBODY, "127.0.0.1", 8000));
        for (int port : new int[] {8070, 8080, 8090}) {
            assertEquals("", here.connect(NOBODY, THERE, port)); // nobody listens there
        }
        assertEquals("15001 for 10.77.0.2 8091", here.connect(NOBODY, THERE, 8091));
        assertEquals("", there.connect(NOBODY, "10.77.0.1", 22));
        here.root("ip", "route", "add", "unreachable", "10.77.0.200/32");
        assertEquals("", here.connect(NOBODY, "10.77.0.200", 80));
        interceptor.remove();
    }

    private static String dig(int uid, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 4];
        System.arraycopy(new String[] {"dig", "+short", "+tries=1", "+timeout=5"}, 0, command, 0, 4);
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        return here.as(uid, command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void questionsToAnyServerAreAnsweredByMeshDns(String firewall) throws Exception {
        var interceptor = install(firewall, List.of());
        for (String server : List.of("@" + THERE, "@198.51.100.1", "@127.0.0.53", "@fd77::2")) {
            assertEquals("240.240.0.7", dig(NOBODY, server, "orders"));
            assertEquals("240.240.0.7", dig(NOBODY, server, "orders", "+tcp"));
        }
        assertEquals("192.0.2.9", dig(NOBODY, "@198.51.100.1", "outside.example"));
        assertEquals("192.0.2.9", dig(PROXY, "@" + THERE, "orders"));
        assertEquals("192.0.2.9", dig(PROXY, "@" + THERE, "orders", "+tcp"));
        interceptor.remove();
        assertEquals("192.0.2.9", dig(NOBODY, "@" + THERE, "orders"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void questionsToOtherServersThanThoseOfResolvConfAreLeftAlone(String firewall) throws Exception {
        var interceptor = install(firewall, List.of(Cidr.parse("198.51.100.1"), Cidr.parse("2001:db8::1")));
        assertEquals("240.240.0.7", dig(NOBODY, "@198.51.100.1", "orders"));
        assertEquals("192.0.2.9", dig(NOBODY, "@" + THERE, "orders"));
        interceptor.remove();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void theProxyMayAskFromAPortThatAServiceHasJustAskedFrom(String firewall) throws Exception {
        var interceptor = install(firewall, List.of());
        assertEquals("240.240.0.7", dig(NOBODY, "-b", "10.77.0.1#40123", "@" + THERE, "orders"));
        assertEquals("192.0.2.9", dig(PROXY, "-b", "10.77.0.1#40123", "@" + THERE, "orders"));
        assertEquals("240.240.0.7", dig(NOBODY, "-b", "10.77.0.1#40123", "@" + THERE, "orders"));
        interceptor.remove();
        assertNotEquals("", dig(NOBODY, "@" + THERE, "orders"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void questionsThatAreForwardedForOthersAreAnsweredAsEver(String firewall) throws Exception {
        var interceptor = install(firewall, List.of());
        assertEquals(
                "192.0.2.9",
                container.as(NOBODY, "dig", "+short", "+tries=1", "+timeout=5", "@" + THERE, "outside.example"));
        interceptor.remove();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nftables", "iptables"})
    void nothingIsLedToAProxyThatDoesNotLive(String firewall) throws Exception {
        var interceptor = install(firewall, List.of(), 60);
        assertNotLed();
        proxy.lives();
        assertLed();
        here.as(NOBODY, "bash", "-c", "echo -n x > /dev/udp/127.0.0.1/15001; echo -n x > /dev/udp/::1/15001");
        install(firewall, List.of(), 60); // which is no reason to wait for the next word
        assertEquals("15001 for 10.77.0.2 80", here.connect(NOBODY, THERE, 80));
        assertEquals("15001 for fd77:0:0:0:0:0:0:2 80", here.connect(NOBODY, "fd77::2", 80));
        proxy.gone();
        assertNotLed();
        interceptor.remove();
    }

    private static void assertLed() throws IOException {
        assertEquals("15001 for 10.77.0.2 80", here.connect(NOBODY, THERE, 80));
        assertEquals("15001 for fd77:0:0:0:0:0:0:2 80", here.connect(NOBODY, "fd77::2", 80));
        assertEquals("15006 for 10.77.0.1 7001", there.connect(NOBODY, "10.77.0.1", 7001));
        assertEquals("240.240.0.7", dig(NOBODY, "-b", "10.77.0.1#40126", "@" + THERE, "orders"));
        assertEquals("240.240.0.7", dig(NOBODY, "@fd77::2", "orders"));
        assertEquals("240.240.0.7", dig(NOBODY, "@" + THERE, "orders", "+tcp"));
    }

    /** The port that is asked from is the same: the kernel remembers a redirection for half a minute. */
    private static void assertNotLed() throws IOException {
        assertTrue(here.connect(NOBODY, THERE, 80).startsWith("80 for "));
        assertTrue(here.connect(NOBODY, "fd77::2", 80).startsWith("80 for "));
        assertEquals("", there.connect(NOBODY, "10.77.0.1", 7001));
        assertEquals("192.0.2.9", dig(NOBODY, "-b", "10.77.0.1#40126", "@" + THERE, "orders"));
        assertEquals("192.0.2.9", dig(NOBODY, "@fd77::2", "orders"));
        assertEquals("192.0.2.9", dig(NOBODY, "@" + THERE, "orders", "+tcp"));
    }

    /** With the other tool: an integration test. */
    @Test
    void aProxyThatSaysNothingMoreIsForgotten() throws Exception {
        var interceptor = install("iptables", List.of(), 1);
        proxy.lives();
        long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!here.connect(NOBODY, THERE, 80).startsWith("80 for ") && System.nanoTime() < limit) {
            Thread.onSpinWait();
        }
        assertNotLed();
        interceptor.remove();
    }

    @Test
    void whatFailsClosedIsLedToAProxyThatDoesNotLive() throws Exception {
        var interceptor = install("iptables", List.of(), 60, Part.OUTBOUND);
        assertEquals("15001 for 10.77.0.2 80", here.connect(NOBODY, THERE, 80));
        assertEquals("192.0.2.9", dig(NOBODY, "@" + THERE, "orders"));
        assertEquals("", there.connect(NOBODY, "10.77.0.1", 7001));
        interceptor.remove();
    }

    @Test
    void withoutZonesThatQuestionWouldComeBackToTheProxy() throws Exception {
        var interceptor = install("nftables", List.of());
        here.root("nft", "flush", "chain", "inet", "weft", "WEFT_ZONE_OUT");
        assertEquals("240.240.0.7", dig(NOBODY, "-b", "10.77.0.1#40124", "@" + THERE, "orders"));
        assertEquals("240.240.0.7", dig(PROXY, "-b", "10.77.0.1#40124", "@" + THERE, "orders"));
        interceptor.remove();
    }
}
