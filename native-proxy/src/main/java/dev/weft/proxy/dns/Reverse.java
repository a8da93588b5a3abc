package dev.weft.proxy.dns;

import dev.weft.proxy.address.Cidr;
import java.net.InetAddress;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Addresses in names: of the reverse zones (RFC 1035, section 3.5; RFC 3596, section 2.5), and as one label. */
final class Reverse {
    private static final String IPV4 = ".in-addr.arpa";
    private static final String IPV6 = ".ip6.arpa";

    private Reverse() {}

    /** Null for a name that stands for no single address. */
    static @Nullable InetAddress address(DnsName name) {
        String text = name.text();
        if (text.endsWith(IPV4)) {
            String[] parts = text.substring(0, text.length() - IPV4.length()).split("\\.", -1);
            return parts.length == 4 ? Cidr.literal(parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0]) : null;
        }
        if (text.endsWith(IPV6)) {
            String digits = text.substring(0, text.length() - IPV6.length());
            return digits.length() == 63 ? fromNibbles(digits) : null;
        }
        return null;
    }

    private static @Nullable InetAddress fromNibbles(String digits) {
        var literal = new StringBuilder();
        for (int i = 62; i >= 0; i -= 2) {
            if (i < 62 && digits.charAt(i + 1) != '.') {
                return null;
            }
            literal.append(digits.charAt(i)).append(i > 0 && i % 8 == 0 ? ":" : "");
        }
        return Cidr.literal(literal.toString());
    }

    /** {@code 10-0-0-7}, or eight groups of an IPv6 address. */
    static String label(InetAddress address) {
        byte[] bytes = address.getAddress();
        var label = new StringJoiner("-");
        for (int i = 0; i < bytes.length; i += bytes.length == 4 ? 1 : 2) {
            label.add(
                    bytes.length == 4
                            ? Integer.toString(bytes[i] & 0xFF)
                            : Integer.toHexString(Wire.u16(bytes, i)).toLowerCase(Locale.ROOT));
        }
        return label.toString();
    }

    /** Null for a label that is no address. */
    static @Nullable InetAddress fromLabel(String label) {
        long dashes = label.chars().filter(c -> c == '-').count();
        if (dashes == 3) {
            return Cidr.literal(label.replace('-', '.'));
        }
        return dashes == 7 ? Cidr.literal(label.replace('-', ':')) : null;
    }
}
