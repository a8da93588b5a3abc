package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.Logger.Level;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyLogTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ProxyLog log = new ProxyLog(new PrintStream(out, true, StandardCharsets.UTF_8), Level.INFO);

    /** Without their times. */
    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @Test
    void eachLoggerSaysWhatItsLevelAllows() {
        Logger dns = log.logger(ProxyLog.DNS);
        Logger tls = log.logger(ProxyLog.TLS);
        dns.debug("a");
        log.set(ProxyLog.DNS, "debug");
        log.set(ProxyLog.TLS, "error");
        dns.debug("b");
        tls.warn("c");
        tls.say(Level.ERROR, "d");
        log.set(ProxyLog.DNS, "off");
        dns.warn("e");
        assertEquals(List.of("debug [dns] b", "error [tls] d"), lines());
    }

    @Test
    void aWarningIsSaidOnceAMinute() {
        Logger dns = log.logger(ProxyLog.DNS);
        dns.warn("a");
        dns.warn("a");
        dns.warn("b");
        assertEquals(List.of("warn  [dns] a", "warn  [dns] b"), lines());
    }

    @Test
    void whoFollowsALoggerHearsOfItsLevel() {
        List<Level> heard = new ArrayList<>();
        log.logger(ProxyLog.CALLS).follow(heard::add);
        log.set(ProxyLog.CALLS, "debug");
        assertEquals(List.of(Level.INFO, Level.DEBUG), heard);
    }

    @Test
    void librariesAreALoggerTooAndSayLessAtFirst() {
        var netty = java.util.logging.Logger.getLogger("io.netty.some");
        netty.info("a");
        netty.warning("b");
        log.set(ProxyLog.LIBRARIES, "debug");
        netty.log(java.util.logging.Level.FINE, "c {0}", "d");
        java.util.logging.Logger.getLogger("io.grpc.netty.NettyClientHandler").fine("OUTBOUND HEADERS: a token");
        assertEquals(List.of("warn  [libraries] io.netty.some: b", "debug [libraries] io.netty.some: c d"), lines());
        log.set(ProxyLog.LIBRARIES, "off");
    }

    @Test
    void allLevelsAreShown() {
        Map<String, String> levels = log.levels();
        assertEquals("info", levels.get(ProxyLog.CONTROL));
        assertEquals("warn", levels.get(ProxyLog.LIBRARIES));
        assertTrue(log.known().containsAll(levels.values()), log.known().toString());
    }
}
