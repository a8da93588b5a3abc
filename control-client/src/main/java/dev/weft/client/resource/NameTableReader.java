package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Directory;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code istio.networking.nds.v1.NameTable}: every host of the mesh with its addresses. The short
 * forms of a Kubernetes service are left to the client, which knows its own namespace. It names no
 * ports, so each one may be the service's. A row whose host is no name of one is left out, as one with a wildcard is.
 */
final class NameTableReader {
    private NameTableReader() {}

    static Resource read(Message table, String namespace) {
        Map<String, Directory.Entry> entries = new HashMap<>();
        for (Message row : table.messages(1)) {
            String host = row.string(1).toLowerCase(Locale.ROOT);
            if (HostNames.isHost(host)) {
                entries.put(host, new Directory.Entry(host, Set.of()));
            }
        }
        for (Message row : table.messages(1)) {
            var entry = entries.get(row.string(1).toLowerCase(Locale.ROOT));
            if (entry != null) {
                aliases(entries, entry, row.message(2), namespace);
            }
        }
        return new Resource.Names(entries, 0);
    }

    /** A host that stands there itself is never hidden by a short form. */
    private static void aliases(
            Map<String, Directory.Entry> entries, Directory.Entry entry, Message info, String namespace) {
        String name = info.string(3).toLowerCase(Locale.ROOT);
        String home = info.string(4).toLowerCase(Locale.ROOT);
        if (name.isEmpty() || home.isEmpty() || !HostNames.isHost(name + "." + home)) {
            return;
        }
        if (home.equals(namespace)) {
            entries.putIfAbsent(name, entry);
        }
        entries.putIfAbsent(name + "." + home, entry);
        entries.putIfAbsent(name + "." + home + ".svc", entry);
    }
}
