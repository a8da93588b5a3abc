package dev.weft.protocol.register;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The name under which a port is registered: {@code SERVICE:PORT/PROTOCOL?LABEL=VALUE&LABEL=VALUE}. */
public final class RegistrationName {
    private RegistrationName() {}

    /** Labels are percent-encoded and in order, so that the same port always has the same name. */
    public static String of(String service, String port, String protocol, Map<String, String> labels) {
        StringBuilder name =
                new StringBuilder(service).append(':').append(port).append('/').append(protocol);
        char separator = '?';
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            name.append(separator).append(encoded(label.getKey())).append('=').append(encoded(label.getValue()));
            separator = '&';
        }
        return name.toString();
    }

    /** URLEncoder writes a space as '+', which percent-decoding leaves alone. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
