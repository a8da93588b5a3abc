package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.intercept.Interceptor;
import dev.weft.proxy.intercept.Shell;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code weft intercept install} would do; nothing is done here. */
class InterceptCommandTest {
    private static final String OPENS = "tcp flags & (fin | syn | rst | ack) == syn";
    private static final String ALIVE = " meta protocol @WEFT_ALIVE counter ";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private String print(String resolvConf, String... options) throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, resolvConf);
        List<String> arguments =
                new ArrayList<>(List.of("intercept", "install", "--print", "--resolv-conf", file.toString()));
        arguments.addAll(List.of(options));
        assertEquals(0, run(arguments), err.toString());
        return out.toString();
    }

    private int run(List<String> arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void defaultsTakeEverythingButTheProxysAndSsh() throws IOException {
        String script = print("nameserver 10.0.0.1\n", "--backend", "iptables", "--no-ipv6");
        String alive = "-m recent --name WEFT_ALIVE --rcheck --seconds 5 --mask 0.0.0.0";
        String beat = "-o lo -p udp --dport 15001 -m length --length %d -m owner --uid-owner 1337 -m recent"
                + " --name WEFT_ALIVE %s --mask 0.0.0.0";
        assertEquals(
                """
                iptables-restore --noflush <<'END'
                *raw
                :WEFT_ZONE_OUT - [0:0]
                -I OUTPUT 1 -j WEFT_ZONE_OUT
                -A WEFT_ZONE_OUT <gone> -j RETURN
                -A WEFT_ZONE_OUT <lives> -j RETURN
                -A WEFT_ZONE_OUT -p udp --dport 53 -m owner --uid-owner 1337 -j RETURN
                -A WEFT_ZONE_OUT -p udp --sport 5353 -m owner --uid-owner 1337 -j CT --zone 2
                -A WEFT_ZONE_OUT -p udp --dport 53 <alive> -j CT --zone 2
                COMMIT
                *nat
                :WEFT_OUTPUT - [0:0]
                -I OUTPUT 1 -j WEFT_OUTPUT
                -A WEFT_OUTPUT -m owner --uid-owner 1337 -j RETURN
                -A WEFT_OUTPUT -p udp --dport 53 <alive> -j REDIRECT --to-ports 5353
                -A WEFT_OUTPUT -p tcp --dport 53 --syn <alive> -j REDIRECT --to-ports 5353
                -A WEFT_OUTPUT -o lo -j RETURN
                -A WEFT_OUTPUT -p tcp --syn <alive> -j REDIRECT --to-ports 15001
                :WEFT_INBOUND - [0:0]
                -I PREROUTING 1 -j WEFT_INBOUND
                -A WEFT_INBOUND -i lo -j RETURN
                -A WEFT_INBOUND -p tcp --dport 22 -j RETURN
                -A WEFT_INBOUND -p tcp --syn -m addrtype --dst-type LOCAL <alive> -j REDIRECT --to-ports 15006
                COMMIT
                END
                """.replace("<alive>", alive)
                        .replace("<lives>", beat.formatted(28, "--set"))
                        .replace("<gone>", beat.formatted(29, "--remove")),
                script);
    }

    @Test
    void aServerOnThisHostMayAskOthers() throws IOException {
        String script = print("nameserver 127.0.0.53\nnameserver 10.0.0.1\n", "--backend", "nftables");
        assertTrue(script.contains("udp dport 53 ip daddr 127.0.0.53/32" + ALIVE + "redirect to :5353"), script);
        assertTrue(script.contains("udp dport 53 ip daddr 10.0.0.1/32" + ALIVE + "redirect to :5353"), script);
        assertFalse(script.contains("udp dport 53" + ALIVE + "redirect"), script);
    }

    @Test
    void thisHostIsKnownByAllOfItsAddresses() throws IOException {
        String any = print("nameserver 0.0.0.0\n", "--backend=nftables");
        assertTrue(any.contains("udp dport 53 ip daddr 127.0.0.1/32" + ALIVE + "redirect to :5353"), any);
        assertFalse(any.contains("udp dport 53" + ALIVE + "redirect"), any);
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address)
                .toList();
        for (InetAddress address : own) {
            String script = print("nameserver " + address.getHostAddress() + "\n", "--backend=nftables");
            assertTrue(script.contains("udp dport 53 ip daddr " + address.getHostAddress() + "/32" + ALIVE), script);
            assertFalse(script.contains("udp dport 53" + ALIVE + "redirect"), script);
        }
    }

    @Test
    void everythingCanBeNarrowed() throws IOException {
        String script = print(
                "nameserver 10.0.0.1\n",
                "--uid=7",
                "--exclude-uid=8,9",
                "--inbound-port=0",
                "--outbound-port=1",
                "--exclude-outbound-ports=3306,15000-15010",
                "--include-cidrs=10.0.0.0/8,fd00::/8",
                "--exclude-cidrs=10.9.0.0/16",
                "--dns=none",
                "--alive-port=4140",
                "--open-after=9",
                "--no-ipv6",
                "--backend=nftables");
        assertTrue(script.endsWith("""
                        table ip weft {
                          set WEFT_ALIVE {
                            type ether_type; flags dynamic,timeout; size 65535;
                          }
                          chain WEFT_OUTPUT {
                            type nat hook output priority -101; policy accept;
                            meta skuid 7 counter return
                            meta skuid 8 counter return
                            meta skuid 9 counter return
                            oifname "lo" counter return
                            ip daddr 10.9.0.0/16 counter return
                            tcp dport 3306 counter return
                            tcp dport 15000-15010 counter return
                            meta l4proto tcp tcp flags & (fin | syn | rst | ack) == syn ip daddr 10.0.0.0/8 meta protocol @WEFT_ALIVE counter redirect to :1
                          }
                          chain WEFT_ZONE_OUT {
                            type filter hook output priority -301; policy accept;
                            oifname "lo" udp dport 4140 udp length 9 meta skuid 7 counter delete @WEFT_ALIVE { meta protocol } return
                            oifname "lo" udp dport 4140 udp length 8 meta skuid 7 counter update @WEFT_ALIVE { meta protocol timeout 9s } return
                          }
                        }
                        END
                        """), script);
    }

    @Test
    void whatFailsClosedAsksForNoProxy() throws IOException {
        String some = print("", "--dns=all", "--fail-closed=inbound", "--backend=nftables");
        assertTrue(some.contains(OPENS + " fib daddr type local counter redirect to :15006"), some);
        assertTrue(some.contains(OPENS + ALIVE + "redirect to :15001"), some);
        assertTrue(some.contains("udp dport 53" + ALIVE + "redirect to :5353"), some);
    }

    @Test
    void whereAllFailsClosedNoProxyIsAskedFor() throws IOException {
        String all = print("", "--dns=all", "--fail-closed=outbound,inbound,dns", "--backend=nftables");
        assertTrue(all.contains("udp dport 53 counter redirect to :5353"), all);
        assertFalse(all.contains("WEFT_ALIVE"), all);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", textBlock = """
            --inbound-ports=0 => 0 is not a port
            --inbound-ports=9-8 => 9-8 ends before it begins
            --exclude-outbound-ports=http => is neither a port nor a range such as 15000-15010
            --exclude-inbound-ports=1-65536 => 65536 is not a port
            --open-after=0 => liveness.seconds: 0 is not from 1 to 3600
            --fail-closed=all => --fail-closed
            --exclude-cidrs=10.0.0.1/8 => 10.0.0.1/8 has bits set behind its prefix
            --dns-port=70000 => dns.port: 70000 is not a port
            --uid=-1 => uids: -1 is negative
            --backend=pf => --backend
            """)
    void whatCantBeIsRefusedByName(String option, String why) {
        assertEquals(Main.USAGE, run(List.of("intercept", "install", "--print", "--dns=all", option)));
        assertTrue(err.toString().contains(why), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove", "show"})
    void withoutTheRightsForItNothingIsNotTakenForNone(String command) {
        Shell refusing = (program, input) -> new Shell.Ran(1, "", "Operation not permitted");
        int status = new CommandLine(new InterceptCommand(new Interceptor(refusing)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(command);
        assertEquals(Main.FAILED, status);
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("take root or CAP_NET_ADMIN"), err.toString());
    }

    @Test
    void withoutAWordWhatToDoItIsRefused() {
        assertEquals(Main.USAGE, run(List.of("intercept")));
        assertTrue(err.toString().contains("install, remove or show"), err.toString());
    }
}
