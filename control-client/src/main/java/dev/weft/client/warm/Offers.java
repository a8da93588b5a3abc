package dev.weft.client.warm;

import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.snapshot.Directory;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Resources of types that come as a whole, as bytes: only what is needed is read, so that a mesh of
 * ten thousand clusters costs its bytes and no more. The names of the listeners are the directory.
 */
final class Offers {
    private final Map<ResourceType, Map<String, Offer>> all = new EnumMap<>(ResourceType.class);

    record Offer(String version, byte[] any) {}

    private Map<String, Offer> of(ResourceType type) {
        return all.computeIfAbsent(type, t -> new HashMap<>());
    }

    /** Whether it is of use to a caller at all: an Envoy is also told which ports to open. */
    boolean put(ResourceType type, String name, String version, byte[] any) {
        if (type == ResourceType.LISTENER && !ResourceReader.forCallers(any)) {
            of(type).remove(name);
            return false;
        }
        of(type).put(name, new Offer(version, any));
        return true;
    }

    void remove(ResourceType type, String name) {
        of(type).remove(name);
    }

    @Nullable
    Offer get(ResourceType type, String name) {
        return of(type).get(name);
    }

    /** {@code host:port} stands for the port of a host, {@code host} for each of its ports. */
    Map<String, Directory.Entry> directory() {
        Map<String, Set<Integer>> ports = new TreeMap<>();
        for (String name : of(ResourceType.LISTENER).keySet()) {
            int colon = name.lastIndexOf(':');
            String host = colon < 0 ? name : name.substring(0, colon);
            int port = colon < 0 ? 0 : port(name.substring(colon + 1));
            if (port >= 0 && !host.isEmpty() && host.indexOf('/') < 0) {
                ports.computeIfAbsent(host, h -> new HashSet<>()).add(port);
            }
        }
        Map<String, Directory.Entry> entries = new HashMap<>();
        ports.forEach((host, open) -> entries.put(host, new Directory.Entry(host, open.contains(0) ? Set.of() : open)));
        return entries;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port < 1 || port > 65535 ? -1 : port;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
