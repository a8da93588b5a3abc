package dev.weft.control.registry;

import io.netty.util.NetUtil;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a workload asks to be known as: {@code SERVICE:PORT/PROTOCOL?LABEL=VALUE&LABEL=VALUE}.
 *
 * @param service lower case
 */
record RegistrationName(String service, int port, String protocol, Map<String, String> labels) {
    private static final Pattern SHAPE = Pattern.compile("([^:/?]*):([0-9]{1,5})(?:/([a-z0-9.-]{1,32}))?(?:\\?(.*))?");
    static final Pattern SERVICE = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?");
    static final int MAX_LABELS = 64;

    /**
     * @throws RefusedException with the reason, when the name or the node can't be registered
     */
    static RegistrationName parse(String name, NodeIdentity node) throws RefusedException {
        Matcher parts = SHAPE.matcher(name);
        if (!parts.matches()) {
            throw new RefusedException("is not SERVICE:PORT/PROTOCOL?LABEL=VALUE");
        }
        String service = parts.group(1).toLowerCase(Locale.ROOT);
        if (!SERVICE.matcher(service).matches()) {
            throw new RefusedException(
                    "service name '" + service + "' is not made of letters, digits, '-' and '_', 63 at the most");
        }
        if (!SERVICE.matcher(node.namespace()).matches()) {
            throw new RefusedException("namespace '" + node.namespace() + "' is not a name");
        }
        int port = Integer.parseInt(parts.group(2));
        if (port < 1 || port > 65_535) {
            throw new RefusedException("port " + port + " is not between 1 and 65535");
        }
        checkAddress(node.address());
        Map<String, String> labels = new TreeMap<>(node.labels());
        if (parts.group(4) != null) {
            readLabels(parts.group(4), labels);
        }
        return new RegistrationName(service, port, parts.group(3) == null ? "http" : parts.group(3), labels);
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
        // A scope (fe80::1%eth0) means something on that machine alone.
        byte[] bytes = address.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(address);
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
