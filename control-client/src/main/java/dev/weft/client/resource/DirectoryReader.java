package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Directory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code weft.v1.ServiceNames}. */
final class DirectoryReader {
    private DirectoryReader() {}

    static Resource read(Message names, Findings findings) {
        Map<String, Directory.Entry> entries = new HashMap<>();
        for (Message service : names.messages(1)) {
            String host = service.string(1).toLowerCase(Locale.ROOT);
            if (host.isEmpty()) {
                findings.refuse("services", "a service without host");
                continue;
            }
            var entry = new Directory.Entry(host, ports(service, host, findings));
            add(entries, host, entry, findings);
            for (String alias : service.strings(2)) {
                add(entries, alias.toLowerCase(Locale.ROOT), entry, findings);
            }
        }
        return new Resource.Names(entries);
    }

    private static Set<Integer> ports(Message service, String host, Findings findings) {
        Set<Integer> ports = new HashSet<>();
        for (long port : service.numbers(3)) {
            if (port < 1 || port > 65535) {
                findings.refuse("service " + host, "port " + port + " is out of range");
            } else {
                ports.add((int) port);
            }
        }
        return ports;
    }

    private static void add(
            Map<String, Directory.Entry> entries, String name, Directory.Entry entry, Findings findings) {
        var other = entries.putIfAbsent(name, entry);
        if (other != null && !other.service().equals(entry.service())) {
            findings.refuse(
                    "service " + entry.service(), "the name " + name + " already stands for " + other.service());
        }
    }
}
