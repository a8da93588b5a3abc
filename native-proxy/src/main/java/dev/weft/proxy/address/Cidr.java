package dev.weft.proxy.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses in CIDR notation (RFC 4632).
 *
 * @param base the first address; all bits behind the prefix are 0
 * @param prefix bits that all of its addresses share
 */
public record Cidr(InetAddress base, int prefix) {
    public Cidr {
        byte[] bytes = base.getAddress();
        base = plain(bytes); // without the scope that a link-local address may come with
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException("prefix length " + prefix + " is out of range");
        }
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                throw new IllegalArgumentException(
                        base.getHostAddress() + "/" + prefix + " has bits set behind its prefix");
            }
        }
    }

    /** {@code address/prefix}, or an address alone for that address; an {@link IllegalArgumentException} otherwise. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress base = literal(slash < 0 ? text : text.substring(0, slash));
        if (base == null) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address or a range of them");
        }
        int bits = base.getAddress().length * 8;
        return new Cidr(base, slash < 0 ? bits : prefix(text, text.substring(slash + 1)));
    }

    private static int prefix(String text, String digits) {
        if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + text + "' has no prefix length behind the slash");
        }
        return Integer.parseInt(digits);
    }

    /** The address that is written there, null if it is none; never asks DNS. */
    public static @Nullable InetAddress literal(String text) {
        if (!NetUtil.isValidIpV4Address(text) && !NetUtil.isValidIpV6Address(text)) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null; // the scope of a link-local address that this machine doesn't have
        }
    }

    public boolean isIpv4() {
        return base.getAddress().length == 4;
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] own = base.getAddress();
        if (bytes.length != own.length) {
            return false;
        }
        int whole = prefix / 8;
        int rest = prefix % 8;
        return Arrays.equals(bytes, 0, whole, own, 0, whole)
                && (rest == 0 || (bytes[whole] ^ own[whole]) >> (8 - rest) == 0);
    }

    private static InetAddress plain(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // its length is right
        }
    }

    /** The address so many behind the first one. */
    InetAddress at(int index) {
        byte[] bytes = base.getAddress();
        long carry = index;
        for (int i = bytes.length - 1; i >= 0 && carry != 0; i--) {
            carry += bytes[i] & 0xFF;
            bytes[i] = (byte) carry;
            carry >>= 8;
        }
        return plain(bytes);
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefix;
    }
}
