package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.util.NetUtil;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Held against Netty's reader and writer. */
class IpLiteralTest {
    private static final String LETTERS = "0123456789abcdefABCDEF::::....[]%x";

    @Test
    void whatIsReadAndWrittenIsWhatNettyReadsAndWrites() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            for (int at = 0; at < address.length; at++) {
                address[at] = random.nextInt(3) == 0 ? (byte) random.nextInt() : 0;
            }
            String text = IpLiteral.text(address);
            assertEquals(NetUtil.bytesToIpAddress(address), text);
            assertArrayEquals(address, IpLiteral.parse(text), text);
            assertArrayEquals(address, NetUtil.createByteArrayFromIpAddressString(text), text);
        }
    }

    @Test
    void whatNettyRefusesIsRefused() {
        Random random = new Random(2);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = 2 + random.nextInt(12); length > 0; length--) {
                text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            byte[] read = IpLiteral.parse(text.toString());
            if (read != null) {
                assertArrayEquals(NetUtil.createByteArrayFromIpAddressString(text.toString()), read, text.toString());
            }
        }
    }

    @Test
    void bracketsOfAUrlAreLeftOut() {
        assertEquals("::1", IpLiteral.text(IpLiteral.parse("[::1]")));
    }

    @Test
    void namesScopesAndWhatIsTooLongAreNoAddresses() {
        for (String text : new String[] {
            "",
            "a",
            "order",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "1.2.3.",
            "fe80::1%eth0",
            "1:2",
            ":",
            "::1::",
            "12345::",
            "[::1",
            "[1.2.3.4]",
            "1.2.3.4:80",
            "face"
        }) {
            assertNull(IpLiteral.parse(text), text);
        }
    }
}
