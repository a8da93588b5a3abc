package dev.weft.engine.snapshot;

import java.util.Locale;

/**
 * A domain of a virtual host (Envoy: {@code VirtualHost.domains}): {@code host}, {@code host:port},
 * {@code *.suffix}, {@code prefix.*} or {@code *}.
 *
 * @param name lower case, without a trailing dot; literals of IPv6 without brackets
 * @param port 0 for every port
 */
public record Domain(String name, int port) {
    private static final int MOST_PORT = 65_535;

    /** Refuses with an {@link IllegalArgumentException} what is not a domain. */
    public static Domain parse(String text) {
        int colon = portColon(text);
        int port = colon < 0 ? 0 : port(text, colon + 1);
        String name = normal(colon < 0 ? text : text.substring(0, colon));
        int star = name.indexOf('*');
        boolean inside = star > 0 && star < name.length() - 1 || star >= 0 && name.indexOf('*', star + 1) >= 0;
        if (name.isEmpty() || inside || strange(name)) {
            throw new IllegalArgumentException("'" + text + "' is not a domain");
        }
        return new Domain(name, port);
    }

    /** How a host is looked up: lower case, without a trailing dot and without brackets. */
    public static String normal(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether it stands for many names. */
    public boolean wildcard() {
        return name.startsWith("*") || name.endsWith("*");
    }

    private static boolean strange(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c == '/' || c == '@' || c == '?' || c == '#') {
                return true;
            }
        }
        return false;
    }

    private static int portColon(String domain) {
        int colon = domain.lastIndexOf(':');
        boolean plain = colon > 0 && (domain.indexOf(':') == colon || domain.charAt(colon - 1) == ']');
        return plain ? colon : -1;
    }

    private static int port(String domain, int from) {
        int port = 0;
        for (int i = from; i < domain.length() && port <= MOST_PORT; i++) {
            char c = domain.charAt(i);
            port = c < '0' || c > '9' ? MOST_PORT + 1 : port * 10 + c - '0';
        }
        if (port < 1 || port > MOST_PORT) {
            throw new IllegalArgumentException("'" + domain + "' has no port from 1 to " + MOST_PORT);
        }
        return port;
    }
}
