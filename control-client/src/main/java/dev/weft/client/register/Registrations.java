package dev.weft.client.register;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ports this workload offers, as names that are subscribed to, and what became of each. */
public final class Registrations {
    private final Map<String, String> states = new TreeMap<>();

    /** Adds or replaces one; returns all names. */
    public Collection<String> add(String service, int port, String protocol, Map<String, String> labels) {
        String name = name(service, port, protocol, labels);
        if (!states.containsKey(name)) {
            remove(service, port);
            states.put(name, "asked for");
        }
        return names();
    }

    /** Removes one; returns all names. */
    public Collection<String> remove(String service, int port) {
        String start = service + ":" + port + "/";
        states.keySet().removeIf(name -> name.startsWith(start));
        return names();
    }

    private Collection<String> names() {
        return List.copyOf(states.keySet());
    }

    /** Whether that is news. */
    public boolean answered(String name, String state) {
        return states.containsKey(name) && !state.equals(states.put(name, state));
    }

    public Map<String, String> states() {
        return states;
    }

    /** {@code SERVICE:PORT/PROTOCOL?LABEL=VALUE&LABEL=VALUE}, labels in order, percent-encoded. */
    static String name(String service, int port, String protocol, Map<String, String> labels) {
        var name =
                new StringBuilder(service).append(':').append(port).append('/').append(protocol);
        char separator = '?';
        for (var label : new TreeMap<>(labels).entrySet()) {
            name.append(separator).append(encoded(label.getKey())).append('=').append(encoded(label.getValue()));
            separator = '&';
        }
        return name.toString();
    }

    private static String encoded(String text) {
        // URLEncoder writes a space as '+', which percent-decoding leaves alone.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
