package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathOctetsTest {
    private static boolean served(String path) {
        byte[] octets = ("GET " + path).getBytes(StandardCharsets.ISO_8859_1);
        return PathOctets.served(octets, 4, 4 + path.replaceFirst("\\?.*", "").length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a.b/.c/..d/...",
                "/a/..",
                "/a/b/../../c",
                "/./a/../b",
                "/a%2f..",
                "/%41/%e4",
                "/a//b/..",
                "/x?y=../%zz%00"
            })
    void aPathWithinTheRootIsServed(String path) {
        assertTrue(served(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../a",
                "/a/../..",
                "/a//../..",
                "/%2e%2e",
                "/.%2E/a",
                "/a/%2e./%2e.",
                "/..%2fa",
                "/%00",
                "/a%",
                "/a%4",
                "/a%4?b",
                "/a%g0",
                "/a%0g",
                "/./..?x"
            })
    void whatLeadsBeyondItOrIsNoEscapeIsNot(String path) {
        assertFalse(served(path));
    }
}
