package dev.weft.testkit;

import java.util.Map;

/** A workload that takes calls. */
public record Instance(String service, String namespace, String address, int port, Map<String, String> labels) {
    public Instance {
        labels = Map.copyOf(labels);
    }

    /**
     * @param service its name as rules write it; a short one is of the namespace {@code default}
     * @param address IP address and port
     * @throws IllegalArgumentException where it has no port
     */
    public static Instance of(String service, String address, Map<String, String> labels) {
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("instance " + address + " of " + service + " has no port");
        }
        int port;
        try {
            port = Integer.parseInt(address.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("instance " + address + " of " + service + " has no port", e);
        }
        String host = address.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        int dot = service.indexOf('.');
        return new Instance(
                dot < 0 ? service : service.substring(0, dot),
                dot < 0 ? "default" : service.substring(dot + 1).split("\\.", 2)[0],
                bracketed ? host.substring(1, host.length() - 1) : host,
                port,
                labels);
    }
}
