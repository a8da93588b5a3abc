package dev.weft.control.registry;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text, without asking DNS. Not with Netty's: whoever tests rules in a unit test reads addresses too, and
 * is to have his own Netty or none.
 */
final class IpLiteral {
    private static final int GROUPS = 8;

    private IpLiteral() {}

    /** 4 bytes or 16; null for what is no address, or is one with a scope, which means something on its machine alone. */
    static byte @Nullable [] parse(String text) {
        if (text.indexOf(':') < 0) {
            return ipv4(text);
        }
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        return ipv6(bracketed ? text.substring(1, text.length() - 1) : text);
    }

    private static byte @Nullable [] ipv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
                return null;
            }
        }
        try {
            // With a colon and nothing but digits it is a literal or an error, and no name.
            InetAddress address = InetAddress.getByName(text);
            return address instanceof Inet6Address ? address.getAddress() : mapped(address.getAddress());
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Java takes an address of IPv4 in IPv6 for the former; it was written as the latter. */
    private static byte[] mapped(byte[] ipv4) {
        byte[] bytes = new byte[16];
        bytes[10] = (byte) 0xFF;
        bytes[11] = (byte) 0xFF;
        System.arraycopy(ipv4, 0, bytes, 12, 4);
        return bytes;
    }

    private static byte @Nullable [] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != 4) {
            return null;
        }
        for (int i = 0; i < 4; i++) {
            int value = 0;
            for (int at = 0; at < parts[i].length(); at++) {
                char c = parts[i].charAt(at);
                value = c >= '0' && c <= '9' ? value * 10 + c - '0' : 256;
            }
            if (value > 255 || parts[i].isEmpty() || parts[i].length() > 3) {
                return null;
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    /** One spelling for each address (RFC 5952): of the runs of zeros the longest is left out, of equal ones the first. */
    static String text(byte[] address) {
        if (address.length == 4) {
            return (address[0] & 0xFF) + "." + (address[1] & 0xFF) + "." + (address[2] & 0xFF) + "."
                    + (address[3] & 0xFF);
        }
        int from = -1;
        int most = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(address, i + zeros) == 0) {
                zeros++;
            }
            if (zeros > most) {
                from = i;
                most = zeros;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i += i == from ? most : 1) {
            boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
            text.append(i == from ? "::" : (first ? "" : ":") + Integer.toHexString(group(address, i)));
        }
        return text.toString();
    }

    private static int group(byte[] bytes, int i) {
        return (bytes[2 * i] & 0xFF) << 8 | bytes[2 * i + 1] & 0xFF;
    }
}
