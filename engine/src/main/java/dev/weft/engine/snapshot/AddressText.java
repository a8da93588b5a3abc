package dev.weft.engine.snapshot;

import java.net.InetAddress;

/** Addresses in the canonical text of RFC 5952, which Envoy writes and hashes; the JDK leaves no zeros out. */
public final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    public static String of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? address.getHostAddress() : ipv6(bytes);
    }

    /** The longest run of zeros, of two or more, is left out; of equal ones the first. */
    private static String ipv6(byte[] bytes) {
        int from = -1;
        int most = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(bytes, i + zeros) == 0) {
                zeros++;
            }
            if (zeros > most) {
                from = i;
                most = zeros;
            }
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < GROUPS) {
            if (i == from) {
                text.append("::");
                i += most;
            } else {
                boolean first = text.length() == 0 || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(group(bytes, i)));
                i++;
            }
        }
        return text.toString();
    }

    private static int group(byte[] bytes, int i) {
        return (bytes[2 * i] & 0xFF) << 8 | bytes[2 * i + 1] & 0xFF;
    }
}
