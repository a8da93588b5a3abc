package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashingTest {
    private static final long PRIME = 2_654_435_761L;

    /** The published sanity buffer of xxHash. */
    private static byte[] sanity(int length) {
        byte[] bytes = new byte[length];
        int generator = (int) PRIME;
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (generator >>> 24);
            generator *= generator;
        }
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, EF46DB3751D8E999",
        "0, 2654435761, AC75FDA2929B17EF",
        "1, 0, 4FCE394CC88952D8",
        "1, 2654435761, 739840CB819FA723",
        "14, 0, CFFA8DB881BC3A3D",
        "14, 2654435761, 5B9611585EFCC9CB",
        "101, 0, 0EAB543384F878AD",
        "101, 2654435761, CAA65939306F1E21"
    })
    void xxHash64GivesThePublishedValues(int length, long seed, String hash) {
        assertEquals(Long.parseUnsignedLong(hash, 16), Hashing.xxHash64(sanity(length), seed));
    }

    @Test
    void namesHashAsInEnvoy() {
        assertEquals(Long.parseUnsignedLong("3728699739546630719"), Hashing.xxHash64(text("foo"), 0));
        assertEquals(Long.parseUnsignedLong("5234164152756840025"), Hashing.xxHash64(text("bar"), 0));
        assertEquals(Long.parseUnsignedLong("8917841378505826757"), Hashing.xxHash64(text("foo\nbar"), 0));
        assertEquals(Long.parseUnsignedLong("4400747396090729504"), Hashing.xxHash64(text("lyft"), 0));
    }

    @Test
    void murmurHash2GivesWhatEnvoyExpectsOfIt() {
        long seed = 0xC70F6907L;
        assertEquals(Long.parseUnsignedLong("9631199822919835226"), Hashing.murmurHash2(text("foo"), seed));
        assertEquals(Long.parseUnsignedLong("11474628671133349555"), Hashing.murmurHash2(text("bar"), seed));
        assertEquals(Long.parseUnsignedLong("16306510975912980159"), Hashing.murmurHash2(text("foo\nbar"), seed));
        assertEquals(Long.parseUnsignedLong("12847078931730529320"), Hashing.murmurHash2(text("lyft"), seed));
        assertEquals(Long.parseUnsignedLong("6142509188972423790"), Hashing.murmurHash2(text(""), seed));
    }
}
