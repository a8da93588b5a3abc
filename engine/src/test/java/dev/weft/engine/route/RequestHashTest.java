package dev.weft.engine.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.weft.engine.balance.Hashing;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.HashPolicy;
import dev.weft.engine.snapshot.Substitution;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestHashTest {
    private record Asked(String path, Map<String, String> headers) implements Request {
        @Override
        public String host() {
            return "h";
        }

        @Override
        public int port() {
            return 80;
        }

        @Override
        public boolean secure() {
            return false;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String header(String name) {
            return headers.get(name);
        }

        @Override
        public boolean replayable() {
            return true;
        }
    }

    private static final Asked ASKED =
            new Asked("/?id=%61bc", Map.of("x-user", "abc", "cookie", "a=1; session=\"abc\"; b=2"));

    private static long xx(String text) {
        return Hashing.xxHash64(text.getBytes(StandardCharsets.UTF_8), 0);
    }

    private static RequestHash hash(HashPolicy... policies) {
        return new RequestHash(List.of(policies), ASKED, 77);
    }

    private static final long ABC = xx("abc");

    @Test
    void eachPartIsTakenFromWhereThePolicySays() {
        assertEquals(ABC, hash(new HashPolicy.Header("x-user", null, false)).hash());
        assertEquals(ABC, hash(new HashPolicy.Cookie("session", false)).hash());
        assertEquals(ABC, hash(new HashPolicy.Query("id", false)).hash());
        assertEquals(77, hash(new HashPolicy.Source(false)).hash());
        var rewrite = new Substitution(Pattern.compile("b(.*)"), "\\1-");
        assertEquals(
                xx("ac-"), hash(new HashPolicy.Header("x-user", rewrite, false)).hash());
    }

    @Test
    void aCallThatLacksAllPartsHasNoHash() {
        assertFalse(hash(
                        new HashPolicy.Header("x-team", null, true),
                        new HashPolicy.Cookie("sess", true),
                        new HashPolicy.Query("i", true))
                .hashed());
        assertTrue(hash(new HashPolicy.Header("x-team", null, true), new HashPolicy.Source(false))
                .hashed());
    }

    @Test
    void partsAreMixedInOrderUpToATerminalOne() {
        var header = new HashPolicy.Header("x-user", null, false);
        var terminal = new HashPolicy.Header("x-user", null, true);
        var source = new HashPolicy.Source(false);
        assertEquals(Long.rotateLeft(ABC, 1) ^ 77, hash(header, source).hash());
        assertEquals(Long.rotateLeft(77, 1) ^ ABC, hash(source, header).hash());
        assertEquals(ABC, hash(terminal, source).hash());
        assertEquals(77, hash(new HashPolicy.Cookie("none", true), source).hash());
    }
}
