package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mesh DNS as somebody else's client sees it: dig, of BIND. */
class DigTest {
    private Rig rig;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        Tools.need("dig");
        rig = new Rig(directory, 1, "search corp.example");
    }

    @AfterEach
    void stop() throws IOException {
        if (rig != null) {
            rig.close();
        }
    }

    private String dig(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("dig", "@127.0.0.1", "-p", "" + rig.server.port(), "+tries=1"));
        command.addAll(List.of(arguments));
        return Tools.run(command).strip();
    }

    @Test
    void namesOfTheMesh() throws Exception {
        assertEquals("240.240.0.7", dig("+short", "orders"));
        assertEquals("240.240.0.7", dig("+short", "+tcp", "orders.default.svc.cluster.local"));
        assertEquals("", dig("+short", "orders", "AAAA"));
        assertEquals("fd77::8", dig("+short", "stock", "AAAA"));
        assertEquals("orders.default.svc.cluster.local.", dig("+short", "-x", "240.240.0.7"));
        assertEquals(
                "240.240.0.7", dig("+short", "+search", "+ndots=5", "+domain=svc.cluster.local", "orders.default"));
    }

    @Test
    void servicesWithTheirInstances() throws Exception {
        assertEquals("""
                0 3 8080 10-0-0-1.stock.default.svc.cluster.local.
                1 1 8080 10-0-0-2.stock.default.svc.cluster.local.
                1 1 9090 fd00-0-0-0-0-0-0-2.stock.default.svc.cluster.local.""".stripIndent(), dig("+short", "stock", "SRV"));
    }

    @Test
    void messagesAreWellFormed() throws Exception {
        String answer = dig("orders", "AAAA", "+dnssec", "+bufsize=4096");
        assertTrue(answer.contains("status: NOERROR"), answer);
        assertTrue(answer.contains("EDNS: version: 0, flags: do; udp: 1232"), answer);
        assertTrue(answer.contains("orders.\t\t\t5\tIN\tSOA\torders. nobody.invalid. 1 3600 600 86400 5"), answer);
        assertTrue(!answer.contains("WARNING") && !answer.contains("malformed"), answer);
        assertTrue(dig("orders", "+edns=3", "+noednsnegotiation").contains("status: BADVERS"));
    }

    @Test
    void anAnswerThatDoesntFitIsAskedForAgainOverTcp() throws Exception {
        rig.upstream(0)
                .says(query -> Messages.answer(query, Wire.TC, 0, 0).toByteArray())
                .saysOverTcp(query -> {
                    var all = Messages.answer(query, 0, 300, 0);
                    for (int i = 0; i < 300; i++) {
                        all.u16(0xC00C).record(Wire.A, 60, new byte[] {10, 0, (byte) (i >> 8), (byte) i});
                    }
                    return all.toByteArray();
                });
        assertEquals(300, dig("+short", "big.example").lines().count());
    }
}
