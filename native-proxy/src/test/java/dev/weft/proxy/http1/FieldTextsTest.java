package dev.weft.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FieldTextsTest {
    private final FieldTexts texts = new FieldTexts();

    private AsciiString text(String text) {
        byte[] in = ("<" + text + ">").getBytes(StandardCharsets.US_ASCII);
        AsciiString found = texts.text(in, 1, in.length - 1);
        Arrays.fill(in, (byte) '?'); // the next head
        return found;
    }

    @Test
    void whatWasThereBeforeIsTheSame() {
        AsciiString first = text("application/grpc");
        assertEquals("application/grpc", first.toString());
        assertSame(first, text("application/grpc"));
        assertNotEquals(first, text("application/json"));
    }

    /** Few letters, many lengths, the same ends: most of these meet another in their slot. */
    @Test
    void whateverMeetsInASlotIsItself() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("beginning");
            for (int n = random.nextInt(random.nextBoolean() ? 6 : 150); n > 0; n--) {
                text.append((char) ('a' + random.nextInt(2)));
            }
            String all = text.append("the end.").substring(random.nextInt(9));
            assertEquals(all, text(all).toString());
            String little = all.substring(all.length() - random.nextInt(8));
            assertEquals(little, text(little).toString());
        }
    }
}
