package dev.weft.proxy.dns;

import dev.weft.proxy.dns.MeshNames.Service;
import dev.weft.proxy.dns.MeshNames.Target;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is said to questions about names of the mesh. */
final class MeshAnswers {
    private final MeshNames names;
    private final int ttl;
    private final int negativeTtl;
    private List<DnsName> search = List.of();

    /**
     * @param ttl seconds
     * @param negativeTtl seconds
     */
    MeshAnswers(MeshNames names, int ttl, int negativeTtl) {
        this.names = names;
        this.ttl = ttl;
        this.negativeTtl = negativeTtl;
    }

    /**
     * @param domains a name of the mesh with one of them behind it is what a client made of the short name, and
     *     means the service
     */
    void search(List<String> domains) {
        search = domains.stream().map(DnsName::of).toList();
    }

    /** Null for what others have to answer. */
    @Nullable
    LocalAnswer answer(Query query) {
        DnsName name = query.name();
        InetAddress address = Reverse.address(name);
        if (address != null) {
            return names.owns(address) ? reverse(query, address) : null;
        }
        var service = names.find(name.text());
        if (service != null) {
            return about(query, name, service);
        }
        var instance = instance(query, name);
        if (instance != null) {
            return instance;
        }
        return query.type() == Wire.SRV && name.first().startsWith("_") ? byPort(name) : searched(query, name);
    }

    private LocalAnswer reverse(Query query, InetAddress address) {
        String host = names.nameOf(address);
        var soa = Rr.soa(query.name().parent(), negativeTtl);
        if (host == null) {
            return LocalAnswer.noName(soa);
        }
        return query.type() == Wire.PTR || query.type() == Wire.ANY
                ? LocalAnswer.of(List.of(Rr.ptr(query.name(), ttl, DnsName.of(host))))
                : LocalAnswer.noData(soa);
    }

    /** Types that we know nothing of (MX, TXT and so on) are another server's, for a host that has others. */
    private @Nullable LocalAnswer about(Query query, DnsName name, Service service) {
        return switch (query.type()) {
            case Wire.A, Wire.AAAA, Wire.ANY -> addresses(query.type(), name, service.addresses());
            case Wire.SRV -> services(name, service, 0);
            case Wire.CNAME, Wire.HTTPS, Wire.SVCB -> noData(name);
            default -> null;
        };
    }

    private LocalAnswer addresses(int type, DnsName name, List<InetAddress> addresses) {
        List<Rr> records = new ArrayList<>();
        for (InetAddress address : addresses) {
            var record = Rr.address(name, ttl, address);
            if (type == Wire.ANY || record.type() == type) {
                records.add(record);
            }
        }
        return records.isEmpty() ? noData(name) : LocalAnswer.of(records);
    }

    LocalAnswer noData(DnsName name) {
        return LocalAnswer.noData(Rr.soa(name, negativeTtl));
    }

    /**
     * The instances, or while none is known, the virtual address with each port.
     *
     * @param port 0 for all
     */
    private LocalAnswer services(DnsName owner, Service service, int port) {
        DnsName host = DnsName.of(service.host());
        List<Rr> records = new ArrayList<>();
        Map<InetAddress, Rr> hosts = new LinkedHashMap<>();
        for (Target target : service.targets()) {
            DnsName name = DnsName.of(Reverse.label(target.address()) + "." + service.host());
            if (port == 0 || port == target.port() || service.ports().contains(port)) {
                records.add(Rr.srv(owner, ttl, target.priority(), target.weight(), target.port(), name));
                hosts.put(target.address(), Rr.address(name, ttl, target.address()));
            }
        }
        if (service.targets().isEmpty()) {
            for (int declared : new TreeSet<>(service.ports())) {
                if (port == 0 || port == declared) {
                    records.add(Rr.srv(owner, ttl, 0, 1, declared, host));
                }
            }
            service.addresses().forEach(address -> hosts.put(address, Rr.address(host, ttl, address)));
        }
        return records.isEmpty()
                ? noData(owner)
                : new LocalAnswer(Wire.NOERROR, true, records, List.of(), List.copyOf(hosts.values()));
    }

    /** {@code _8080._tcp.orders}. The directory has no names of ports, so others are left to other servers. */
    private @Nullable LocalAnswer byPort(DnsName name) {
        int port = port(name.first());
        var service = port > 0 && name.parent().first().equals("_tcp")
                ? names.find(name.parent().parent().text())
                : null;
        return service == null ? null : services(name, service, port);
    }

    /** 0 for a label that is not {@code _} and a port. */
    private static int port(String label) {
        int port = 0;
        for (int i = 1; i < label.length(); i++) {
            char c = label.charAt(i);
            if (c < '0' || c > '9' || port > 6553) {
                return 0;
            }
            port = port * 10 + c - '0';
        }
        return port;
    }

    /** {@code 10-0-0-7.orders}: how records of type SRV call an instance. */
    private @Nullable LocalAnswer instance(Query query, DnsName name) {
        var address = Reverse.fromLabel(name.first());
        var service = address == null ? null : names.find(name.parent().text());
        if (service == null) {
            return null;
        }
        for (Target target : service.targets()) {
            if (target.address().equals(address)) {
                return addresses(query.type(), name, List.of(address));
            }
        }
        return LocalAnswer.noName(Rr.soa(name.parent(), negativeTtl));
    }

    private @Nullable LocalAnswer searched(Query query, DnsName name) {
        for (DnsName domain : search) {
            DnsName shorter = name.before(domain);
            var service = shorter.isRoot() ? null : names.find(shorter.text());
            if (service != null) {
                DnsName host = DnsName.of(service.host());
                var alias = List.of(Rr.cname(name, ttl, host));
                var answer = query.type() == Wire.CNAME ? null : about(query, host, service);
                return answer == null ? LocalAnswer.of(alias) : answer.behind(alias);
            }
        }
        return null;
    }

    /** What another server said, unless we know better. */
    Answer after(Query query, Answer theirs, long now) {
        if (theirs.rcode() == Wire.NXDOMAIN && names.find(query.name().text()) != null) {
            return noData(query.name()); // the name is there, whatever they say
        }
        if (theirs instanceof ForwardedAnswer forwarded) {
            var chain = forwarded.openChain(query.name(), now);
            DnsName end = forwarded.chainEnd(query.name());
            var service = chain.isEmpty() ? null : names.find(end.text());
            var ours = service == null ? null : about(query, end, service);
            return ours == null ? theirs : ours.behind(chain);
        }
        return theirs;
    }
}
