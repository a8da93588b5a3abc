package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Directory;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code weft.v1.ServiceNames}. */
final class DirectoryReader {
    private static final int MOST_PARTS = 16_384;

    private DirectoryReader() {}

    /** @param resource its name; one with a slash is a part */
    static Resource read(String resource, Message names, Findings findings) {
        var entries = entries(names, findings);
        long parts = names.number(2);
        if (parts == 0) {
            return isPart(resource) ? new Resource.NamesPart() : new Resource.Names(entries, 0);
        }
        if (isPart(resource)) {
            findings.refuse("parts", "a part has none");
        }
        if (parts < 0 || parts > MOST_PARTS) {
            findings.refuse("parts", Long.toUnsignedString(parts) + " are more than " + MOST_PARTS);
        }
        if (!entries.isEmpty()) {
            findings.refuse("services", "stand beside parts");
        }
        return new Resource.Names(Map.of(), (int) parts);
    }

    private static boolean isPart(String resource) {
        return resource.indexOf('/') >= 0;
    }

    static Map<String, Directory.Entry> merged(Collection<byte[]> parts) {
        Map<String, Directory.Entry> entries = new HashMap<>();
        Map<String, Directory.Entry> aliases = new HashMap<>();
        for (byte[] any : parts) {
            var part = entries(Message.of(Message.of(any).bytes(2)), new Findings());
            part.forEach((name, entry) -> {
                if (name.equals(entry.service())) {
                    entries.put(name, entry);
                } else {
                    aliases.putIfAbsent(name, entry);
                }
            });
        }
        aliases.forEach(entries::putIfAbsent);
        return Directory.compact(entries);
    }

    private static Map<String, Directory.Entry> entries(Message names, Findings findings) {
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
        return entries;
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
        if (!HostNames.isHost(name)) {
            findings.refuse("services", "'" + name + "' is no name of a host");
            return;
        }
        var other = entries.putIfAbsent(name, entry);
        if (other != null && !other.service().equals(entry.service())) {
            findings.refuse(
                    "service " + entry.service(), "the name " + name + " already stands for " + other.service());
        }
    }
}
