package dev.weft.agent.config;

/** The forms that values have. */
final class Text {
    private Text() {}

    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && c != '-' && c != '_') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The name of a header (RFC 9110, section 5.6.2: token). */
    static boolean isHeader(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || "()<>@,;:\\\"/[]?={}".indexOf(c) >= 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The name of a query parameter behind a {@code ?}. */
    static boolean isParameter(String text) {
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || ",;&=#?".indexOf(c) >= 0) {
                return false;
            }
        }
        return text.length() > 1 && text.charAt(0) == '?';
    }

    static boolean isUnix(String text) {
        return text.startsWith("unix:///") && text.length() > "unix:///".length();
    }

    /** Also in gRPC's short form, {@code unix:/path}. */
    static boolean isUnixTarget(String text) {
        return isUnix(text) || text.startsWith("unix:/") && text.length() > 6 && text.charAt(6) != '/';
    }

    static boolean hasPort(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1 || text.length() - colon > 6 || text.indexOf('/') >= 0) {
            return false;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
            port = port * 10 + text.charAt(i) - '0';
        }
        boolean bare = text.indexOf(':') != colon && text.charAt(colon - 1) != ']';
        return port <= 65535 && !bare;
    }

    static String host(String hostAndPort) {
        return hostAndPort.substring(0, hostAndPort.lastIndexOf(':'));
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.") && isAddress(host);
    }

    /** An IPv4 address, or something that only an IPv6 address looks like. */
    static boolean isAddress(String text) {
        int dots = 0;
        int colons = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            dots += c == '.' ? 1 : 0;
            colons += c == ':' ? 1 : 0;
            boolean hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            if (!hex && c != '.' && c != ':' || colons == 0 && Character.isLetter(c)) {
                return false;
            }
        }
        return colons >= 2 || colons == 0 && dots == 3;
    }

    /** Milliseconds, or -1 when it is not a time. */
    static long millis(String text) {
        int digits = 0;
        while (digits < text.length() && digits < 9 && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0) {
            return -1;
        }
        long number = Long.parseLong(text.substring(0, digits));
        String unit = text.substring(digits);
        if (unit.equals("ms")) {
            return number;
        }
        if (unit.equals("s")) {
            return number * 1000;
        }
        return unit.equals("m") ? number * 60_000 : -1;
    }
}
