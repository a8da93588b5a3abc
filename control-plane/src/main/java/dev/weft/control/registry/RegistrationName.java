package dev.weft.control.registry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a workload asks to be known as: {@code SERVICE:PORT/PROTOCOL?LABEL=VALUE&LABEL=VALUE}.
 *
 * @param service lower case
 */
record RegistrationName(String service, int port, String protocol, Map<String, String> labels) {
    private static final String LINE_ENDS = "\n\r\u0085\u2028\u2029";
    static final int MAX_LABELS = 64;

    /** Characters of whatever a node says of itself: all who call it, and all replicas, are told. */
    private static final int MAX_TEXT = 1_024;

    private static final int SHOWN = 64;

    /**
     * @throws RefusedException with the reason, when the name or the node can't be registered
     */
    static RegistrationName parse(String name, NodeIdentity node) throws RefusedException {
        int question = name.indexOf('?');
        String labelled = question < 0 ? "" : name.substring(question + 1);
        String bare = question < 0 ? name : name.substring(0, question);
        int slash = bare.indexOf('/');
        String protocol = slash < 0 ? "http" : bare.substring(slash + 1);
        String where = slash < 0 ? bare : bare.substring(0, slash);
        int colon = where.indexOf(':');
        String number = where.substring(colon + 1);
        if (colon < 0 || !isPort(number) || !isProtocol(protocol) || hasLineEnd(labelled)) {
            throw new RefusedException("is not SERVICE:PORT/PROTOCOL?LABEL=VALUE");
        }
        String service = where.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!isName(service)) {
            throw new RefusedException(
                    "service name '" + service + "' is not made of letters, digits, '-' and '_', 63 at the most");
        }
        if (!isName(node.namespace())) {
            throw new RefusedException("namespace '" + node.namespace() + "' is not a name");
        }
        int port = Integer.parseInt(number);
        if (port < 1 || port > 65_535) {
            throw new RefusedException("port " + port + " is not between 1 and 65535");
        }
        checkAddress(node.address());
        Map<String, String> labels = new TreeMap<>(node.labels());
        if (question >= 0) {
            readLabels(labelled, labels);
        }
        checkLength("id", node.id());
        checkLength("region", node.region());
        checkLength("zone", node.zone());
        for (Map.Entry<String, String> label : labels.entrySet()) {
            checkLength("name of a label", label.getKey());
            checkLength("label '" + label.getKey() + "'", label.getValue());
        }
        return new RegistrationName(service, port, protocol, labels);
    }

    private static void checkLength(String what, String text) throws RefusedException {
        if (text.length() > MAX_TEXT) {
            String shown = what.length() > SHOWN ? what.substring(0, SHOWN) + "..." : what;
            throw new RefusedException(shown + " has " + text.length() + " characters, more than " + MAX_TEXT);
        }
    }

    private static boolean hasLineEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (LINE_ENDS.indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPort(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 5;
    }

    private static boolean isProtocol(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '-' && c != '.') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 32;
    }

    /** Of a service or a namespace; in lower case. */
    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isInside = i > 0 && i < text.length() - 1;
            if (!isLetterOrDigit(c) && !(isInside && (c == '-' || c == '_'))) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 63;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static void readLabels(String query, Map<String, String> labels) throws RefusedException {
        for (String pair : query.split("&", MAX_LABELS + 1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new RefusedException("label '" + pair + "' is not NAME=VALUE");
            }
            try {
                labels.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                throw new RefusedException("label '" + pair + "' is not percent-encoded");
            }
        }
        if (labels.size() > MAX_LABELS) {
            throw new RefusedException("more than " + MAX_LABELS + " labels");
        }
    }

    /** Percent-encoding has no other word for a space; URLDecoder would read '+' as one. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static void checkAddress(String address) throws RefusedException {
        byte[] bytes = IpLiteral.parse(address);
        if (bytes == null) {
            throw new RefusedException("address '" + address + "' is not an IP address");
        }
        boolean isAny = true;
        for (byte b : bytes) {
            isAny &= b == 0;
        }
        boolean isMulticast = bytes.length == 4 ? (bytes[0] & 0xf0) == 0xe0 : bytes[0] == (byte) 0xff;
        if (isAny || isMulticast) {
            throw new RefusedException("address " + address + " is not the address of one machine");
        }
    }

    /** A registration can't be kept; the message says why. */
    static final class RefusedException extends Exception {
        RefusedException(String reason) {
            super(reason);
        }
    }
}
