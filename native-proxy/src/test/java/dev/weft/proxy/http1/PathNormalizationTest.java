package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.proxy.http1.PathNormalization.EscapedSlashes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of paths, by what Istio and Envoy say of each way to normalise them. */
class PathNormalizationTest {
    private static final String REFUSED = "400";
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

    private static String of(PathNormalization how, String path) {
        byte[] octets = ("GET " + path + "?q=/../%61").getBytes(StandardCharsets.ISO_8859_1);
        int end = how.apply(octets, 4, 4 + path.length());
        String is = end < 0 ? REFUSED : new String(octets, 4, end - 4, StandardCharsets.ISO_8859_1);
        assertEquals(end < 0 ? null : is + "?q=/../%61", how.seen(path + "?q=/../%61"), "what is explained");
        return is;
    }

    @ParameterizedTest
    @CsvSource({
        // path, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES
        "/, /, /, /",
        "/a.b/.c/..d/..., /a.b/.c/..d/..., /a.b/.c/..d/..., /a.b/.c/..d/...",
        "/public/../admin, /admin, /admin, /admin",
        "/a/./b, /a/b, /a/b, /a/b",
        "/a/b/../../c/, /c/, /c/, /c/",
        "/a/.., /, /, /",
        "/a/b/.., /a/, /a/, /a/",
        "/a/., /a/, /a/, /a/",
        "/., /, /, /",
        "/%61dmin, /admin, /admin, /admin",
        "/%41%7a%30%2D%5f%7E, /Az0-_~, /Az0-_~, /Az0-_~",
        "/a/%2e%2E/b, /b, /b, /b",
        "/a/.%2e/b, /b, /b, /b",
        "/a/%2e/b, /a/b, /a/b, /a/b",
        "/a%20b%3fc%25, /a%20b%3fc%25, /a%20b%3fc%25, /a%20b%3fc%25",
        "/%e4%C3%a4, /%e4%C3%a4, /%e4%C3%a4, /%e4%C3%a4",
        // once, never twice
        "/%2561dmin, /%2561dmin, /%2561dmin, /%2561dmin",
        "/%252e%252e/a, /%252e%252e/a, /%252e%252e/a, /%252e%252e/a",
        "/a/%252f, /a/%252f, /a/%252f, /a/%252f",
        "//admin, //admin, /admin, /admin",
        "/a//b///c//, /a//b///c//, /a/b/c/, /a/b/c/",
        // an empty segment is one to RFC 3986, and slashes are merged behind it
        "/a//../b, /a/b, /a/b, /a/b",
        "/a/..//b, //b, /b, /b",
        "/a%2fb, /a%2fb, /a%2fb, /a/b",
        "/a%2F%5cb, /a%2F%5cb, /a%2F%5cb, /a/b",
        "/x%2f../y, /x%2f../y, /x%2f../y, /y",
        "/a/x%2f..%2fy, /a/x%2f..%2fy, /a/x%2f..%2fy, /a/y",
        "/a\\b, /a/b, /a/b, /a/b",
        "/a\\..\\b, /b, /b, /b",
        // beyond the root, whoever would have it so
        "/.., 400, 400, 400",
        "/a/../.., 400, 400, 400",
        "/%2e%2e/a, 400, 400, 400",
        "/..%2fa, 400, 400, 400",
        "/a\\..\\..\\b, 400, 400, 400",
        "/%2F..\\a, 400, 400, /a",
        "/a//../.., 400, 400, 400",
        "/a%, 400, 400, 400",
        "/a%zz, 400, 400, 400",
        "/%00, 400, 400, 400"
    })
    void aPathIsPutIntoItsUsualForm(String path, String base, String merged, String decoded) {
        assertEquals(base, of(PathNormalization.BASE, path));
        assertEquals(merged, of(PathNormalization.MERGE_SLASHES, path));
        assertEquals(decoded, of(PathNormalization.DECODE_AND_MERGE_SLASHES, path));
    }

    @Test
    void withoutAnyItStaysAsItCameUnlessNobodyWouldServeIt() {
        for (String path : List.of("/a/../b", "/%61", "//a", "/a\\b", "/a%2fb")) {
            assertEquals(path, of(PathNormalization.NONE, path));
        }
        assertEquals(REFUSED, of(PathNormalization.NONE, "/a/../.."));
        assertEquals(REFUSED, of(PathNormalization.NONE, "/%zz"));
    }

    @Test
    void whatNoTargetMayHaveIsSeenByNobody() {
        assertEquals("/a?b?c", PathNormalization.BASE.seen("/./a?b?c"));
        assertEquals("/a", PathNormalization.BASE.seen("/%61"));
        for (String odd : List.of("/\u00e4", "/a?\u20ac", "/a b", "/#", "")) {
            assertNull(PathNormalization.BASE.seen(odd), odd);
        }
    }

    @Test
    void escapedSlashesAreAMatterOfTheirOwn() {
        PathNormalization rejecting = PathNormalization.BASE.with(EscapedSlashes.REJECT);
        assertEquals(REFUSED, of(rejecting, "/a%2Fb"));
        assertEquals(REFUSED, of(rejecting, "/a%5cb"));
        assertEquals("/a%252F", of(rejecting, "/a%252F"));
        assertEquals("/ab", of(rejecting, "/%61b"));
        PathNormalization alone = PathNormalization.NONE.with(EscapedSlashes.UNESCAPE);
        assertEquals("/a/b\\c/./%61", of(alone, "/a%2fb%5Cc/./%61"));
        assertEquals("/a%2f", of(PathNormalization.DECODE_AND_MERGE_SLASHES.with(EscapedSlashes.KEEP), "/a%2f"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a.html", "/a/b.c/d..e/", "/a;v=1/b:c@d!$&'()*+,=", "/.well-known", "/a//", "/%61"})
    void mostPathsAreNotEvenLookedAtTwice(String path) {
        byte[] octets = path.getBytes(StandardCharsets.ISO_8859_1);
        boolean odd = path.contains("/.") || path.contains("//") || path.contains("%");
        assertEquals(odd, PathNormalization.odd(octets, 0, octets.length));
    }

    @Test
    void whatIsNotLookedAtTwiceIsInItsUsualForm() {
        Random random = new Random(11);
        for (int round = 0; round < 4_000; round++) {
            String path = drawn(random);
            if (!PathNormalization.odd(path.getBytes(StandardCharsets.ISO_8859_1), 0, path.length())) {
                assertEquals(path, of(PathNormalization.DECODE_AND_MERGE_SLASHES, path));
            }
        }
    }

    @Test
    void anyPathBecomesWhatASlowReaderMakesOfItAndStaysSo() {
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            String path = drawn(random);
            for (PathNormalization how : List.of(
                    PathNormalization.BASE,
                    PathNormalization.MERGE_SLASHES,
                    PathNormalization.DECODE_AND_MERGE_SLASHES)) {
                String once = of(how, path);
                assertEquals(slowly(how, path), once, path);
                refused += once.equals(REFUSED) ? 1 : 0;
                assertEquals(once, once.equals(REFUSED) ? REFUSED : of(how, once), path);
            }
        }
        assertTrue(refused > 100 && refused < 8_000, refused + " of 12,000 are refused");
    }

    private static String drawn(Random random) {
        String[] pieces = {"/", "/", ".", ".", "%2e", "%2F", "%5C", "a", "b", "%61", "%20", "\\", "%25", "~", "/.."};
        StringBuilder path = new StringBuilder("/");
        for (int i = random.nextInt(12); i > 0; i--) {
            path.append(pieces[random.nextInt(pieces.length)]);
        }
        return path.toString();
    }

    private static boolean served(String path) {
        return PathOctets.served(path.getBytes(StandardCharsets.ISO_8859_1), 0, path.length());
    }

    private static String slowly(PathNormalization how, String path) {
        if (!served(path)) {
            return REFUSED;
        }
        String open = how.escapedSlashes() == EscapedSlashes.UNESCAPE
                ? path.replaceAll("(?i)%2f", "/").replaceAll("(?i)%5c", "\\\\")
                : path;
        String plain = ESCAPE.matcher(open)
                .replaceAll(PathNormalizationTest::unescaped)
                .replace('\\', '/');
        List<String> kept = new ArrayList<>();
        String[] segments = plain.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean dots = segments[i].equals(".") || segments[i].equals("..");
            if (segments[i].equals("..")) {
                if (kept.isEmpty()) {
                    return REFUSED;
                }
                kept.remove(kept.size() - 1);
            }
            if (!dots) {
                kept.add(segments[i]);
            } else if (i == segments.length - 1) {
                kept.add("");
            }
        }
        String resolved = "/" + String.join("/", kept);
        String merged = how.mergeSlashes() ? resolved.replaceAll("/+", "/") : resolved;
        return served(merged) ? merged : REFUSED;
    }

    private static String unescaped(MatchResult escape) {
        char octet = (char) Integer.parseInt(escape.group(1), 16);
        boolean unreserved = String.valueOf(octet).matches("[A-Za-z0-9._~-]");
        return unreserved ? String.valueOf(octet) : escape.group();
    }
}
