package dev.weft.engine.route;

import dev.weft.engine.snapshot.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The network that an address is in, as Envoy writes it: {@code 192.168.1.0/24}, {@code 2001:db8::/32}. */
final class AddressPrefix {
    private static final int OCTETS = 4;

    private AddressPrefix() {}

    /**
     * @param text an address of either kind; null for one that is none
     * @param four bits of the network of an IPv4 address, 0 to 32
     * @param six of an IPv6 address, 0 to 128
     */
    static @Nullable String of(String text, int four, int six) {
        try {
            byte[] bytes = text.indexOf(':') >= 0 ? InetAddress.getByName(text).getAddress() : dotted(text);
            if (bytes == null) {
                return null;
            }
            int bits = bytes.length == OCTETS ? four : six;
            for (int i = 0; i < bytes.length; i++) {
                int kept = Math.max(0, Math.min(Byte.SIZE, bits - i * Byte.SIZE));
                bytes[i] &= (byte) (0xFF << Byte.SIZE - kept);
            }
            return AddressText.of(InetAddress.getByAddress(bytes)) + "/" + bits;
        } catch (UnknownHostException none) { // of what has a colon nobody is asked
            return null;
        }
    }

    private static byte @Nullable [] dotted(String text) {
        byte[] bytes = new byte[OCTETS];
        int at = 0;
        int octet = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (octet < 0 || at == OCTETS) {
                    return null;
                }
                bytes[at++] = (byte) octet;
                octet = -1;
            } else if (c >= '0' && c <= '9') {
                octet = Math.max(octet, 0) * 10 + c - '0';
                if (octet > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return at == OCTETS ? bytes : null;
    }
}
