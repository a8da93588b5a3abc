package dev.weft.telemetry;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How addresses are written: an IP literal, IPv6 in brackets, and the port. */
final class Addresses {
    private Addresses() {}

    static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip == null ? address.getHostString() : ip.getHostAddress();
        StringBuilder text = new StringBuilder(host.length() + 8);
        if (host.indexOf(':') >= 0) {
            text.append('[').append(host).append(']');
        } else {
            text.append(host);
        }
        return text.append(':').append(address.getPort()).toString();
    }
}
