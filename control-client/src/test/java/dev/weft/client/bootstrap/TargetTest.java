package dev.weft.client.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTest {
    @Test
    void hostAndPort() {
        assertEquals(new Target.Tcp("127.0.0.1", 15010), Target.parse("127.0.0.1:15010"));
        assertEquals(new Target.Tcp("::1", 15010), Target.parse("[::1]:15010"));
        assertEquals(new Target.Tcp("control.example", 1), Target.parse("control.example:1"));
    }

    @Test
    void unixSocket() {
        assertEquals(new Target.Unix("/run/xds"), Target.parse("unix:///run/xds"));
        assertEquals(new Target.Unix("/run/xds"), Target.parse("unix:/run/xds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":1", "host:0", "host:99999", "host:x", "unix:relative"})
    void anythingElseIsAnErrorThatQuotesIt(String text) {
        var error = assertThrows(IllegalArgumentException.class, () -> Target.parse(text));
        assertTrue(String.valueOf(error.getMessage()).contains("'" + text + "'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dns:///istiod:15010", "dns:istiod:15010", "passthrough:///istiod:15010", "istiod:15010"})
    void theFormsThatGrpcKnows(String text) {
        assertEquals(new Target.Tcp("istiod", 15010), Target.parse(text));
    }

    @Test
    void anAuthorityHasBracketsWhereAnAddressHasColons() {
        assertEquals("[::1]:1", Target.parse("[::1]:1").authority());
    }
}
