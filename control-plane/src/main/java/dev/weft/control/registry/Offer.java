package dev.weft.control.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A port that a workload is to be registered with.
 *
 * @param name {@code SERVICE:PORT/PROTOCOL?LABEL=VALUE&LABEL=VALUE}; its labels go before those of the node
 * @param region where it runs, if its node doesn't say
 * @param weight its share of the calls
 * @param account that whoever registers must have; empty for any
 * @param isReady it is taken for well until it says otherwise; else for starting
 */
public record Offer(String name, String region, String zone, int weight, String account, boolean isReady) {
    /** What a workload asks for by itself. */
    public static Offer of(String name) {
        return new Offer(name, "", "", 1, "", false);
    }

    /** The name of a port, with its labels percent-encoded. */
    public static String name(String service, String port, String protocol, Map<String, String> labels) {
        StringBuilder name =
                new StringBuilder(service).append(':').append(port).append('/').append(protocol);
        char separator = '?';
        for (var label : new TreeMap<>(labels).entrySet()) {
            name.append(separator).append(encoded(label.getKey())).append('=').append(encoded(label.getValue()));
            separator = '&';
        }
        return name.toString();
    }

    /** URLEncoder writes a space as '+', which would be read as one that stands for itself. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
