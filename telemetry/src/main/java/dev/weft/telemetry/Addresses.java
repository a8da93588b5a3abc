package dev.weft.telemetry;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How addresses are written: an IP literal, IPv6 in brackets, and the port. */
public final class Addresses {
    private Addresses() {}

    public static String text(InetSocketAddress address) {
        String host = host(address);
        StringBuilder text = new StringBuilder(host.length() + 8);
        if (host.indexOf(':') >= 0) {
            text.append('[').append(host).append(']');
        } else {
            text.append(host);
        }
        return text.append(':').append(address.getPort()).toString();
    }

    static String host(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip == null ? address.getHostString() : ip.getHostAddress();
    }
}
