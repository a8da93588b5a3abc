package dev.weft.engine.route;

import dev.weft.engine.snapshot.AddressText;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Domain;
import dev.weft.engine.snapshot.NameSketch;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.snapshot.VirtualHost;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From a host and a port to its routes. Order as in Envoy: exact name, longest {@code *.suffix},
 * longest {@code prefix.*}, {@code *}; within each, a domain that names the port wins.
 */
public final class HostTable {
    private final List<RouteTable> tables = new ArrayList<>();
    private final Map<String, Named> exact = new HashMap<>();
    private final List<Wildcard> wildcards = new ArrayList<>();
    private final Map<String, Directory.Entry> directory;
    private final boolean pending;

    /** Of the exact names, and of the directory's: they rule out most names that are not ours. */
    private final NameSketch exactSketch;

    private final NameSketch directorySketch;

    public HostTable(Snapshot snapshot) {
        pending = snapshot.directory().state() == Directory.State.PENDING;
        List<Literal> literals = new ArrayList<>();
        for (VirtualHost host : snapshot.hosts()) {
            RouteTable routes = new RouteTable(host, tables.size());
            tables.add(routes);
            for (String domain : host.domains()) {
                add(domain, routes, literals);
            }
        }
        literals.forEach(this::spell); // behind all that stands in a domain
        // Asked as it is: it has thousands of names for each that is called.
        directory = snapshot.directory().names();
        directorySketch = snapshot.directory().sketch();
        exactSketch = NameSketch.of(exact.keySet());
        wildcards.sort(Comparator.comparingInt(Wildcard::rank).reversed());
    }

    private void add(String text, RouteTable routes, List<Literal> literals) {
        Domain domain = Domain.parse(text);
        if (domain.wildcard()) {
            wildcards.add(new Wildcard(domain.name(), domain.port(), routes));
            return;
        }
        named(domain.name()).put(domain.port(), routes);
        if (domain.name().indexOf(':') >= 0) {
            // A literal of IPv6, which some libraries write in brackets.
            named("[" + domain.name() + "]").put(domain.port(), routes);
            literals.add(new Literal(domain, routes));
        }
    }

    private record Literal(Domain domain, RouteTable routes) {}

    /**
     * The other ways to write a literal of IPv6: as RFC 5952 has it, and as the JDK does, with all zeros. A call that
     * writes it in a way of its own meets none of these.
     */
    private void spell(Literal literal) {
        int port = literal.domain.port();
        for (String name : spellings(literal.domain.name())) {
            named(name).putIfAbsent(port, literal.routes);
            named("[" + name + "]").putIfAbsent(port, literal.routes);
        }
    }

    private static Set<String> spellings(String literal) {
        if (literal.charAt(0) != ':' && Character.digit(literal.charAt(0), 16) < 0) {
            return Set.of(); // the JDK would ask DNS
        }
        try {
            InetAddress address = InetAddress.getByName(literal);
            return address instanceof Inet6Address
                    ? new TreeSet<>(List.of(AddressText.of(address), address.getHostAddress()))
                    : Set.of();
        } catch (UnknownHostException e) {
            return Set.of(); // it was none
        }
    }

    private Named named(String name) {
        return exact.computeIfAbsent(name, key -> new Named());
    }

    /** The routes of all virtual hosts, by their numbers. */
    public List<RouteTable> tables() {
        return Collections.unmodifiableList(tables);
    }

    /** The routes of a host, or null when none are here. Allocates nothing for names in normal form. */
    public @Nullable RouteTable routes(String host, int port) {
        Named named = exact.get(host); // most calls that get as far as this
        if (named == null && isForeign(host)) {
            return wildcards.isEmpty() ? null : wildcard(host, port);
        }
        named = named == null ? find(host) : named;
        RouteTable found = named == null ? null : named.routes(port);
        if (found != null || wildcards.isEmpty()) {
            return found;
        }
        Directory.Entry entry = directory.get(normal(host));
        return entry != null && !entry.has(port) ? null : wildcard(host, port);
    }

    /** Whether the directory lists this host and port. */
    public boolean listed(String host, int port) {
        return !isForeign(host) && lists(isNormal(host) ? host : normal(host), port);
    }

    /** Whether no directory has arrived yet, and it is not known to have failed. */
    public boolean pending() {
        return pending;
    }

    /** Whether a call to this host may be ours: warm, cold, or not yet known for want of a directory. */
    public boolean mayRoute(String host, int port) {
        if (!isForeign(host) && isKnown(host, port)) {
            return true;
        }
        if (!wildcards.isEmpty() && wildcard(host, port) != null) {
            return true;
        }
        return pending && !isLocalOrLiteral(host);
    }

    /** Surely neither a virtual host nor the directory has this name, in whatever case. */
    private boolean isForeign(String host) {
        int print = NameSketch.print(host);
        return !exactSketch.mayHave(print) && !directorySketch.mayHave(print);
    }

    /** Looks once whether the name is in normal form: that takes as long as all the rest. */
    private boolean isKnown(String host, int port) {
        Named named = exact.get(host);
        if (named != null && named.routes(port) != null) {
            return true;
        }
        if (isNormal(host)) {
            return lists(host, port);
        }
        String name = normal(host);
        Named other = exact.get(name);
        return other != null && other.routes(port) != null || lists(name, port);
    }

    /** @param name in normal form */
    private boolean lists(String name, int port) {
        Directory.Entry entry = directory.get(name);
        return entry != null && entry.has(port);
    }

    private @Nullable Named find(String host) {
        Named named = exact.get(host);
        if (named != null || isNormal(host)) {
            return named;
        }
        return exact.get(normal(host));
    }

    private @Nullable RouteTable wildcard(String host, int port) {
        String name = isNormal(host) ? host : normal(host);
        for (int i = 0; i < wildcards.size(); i++) {
            Wildcard wildcard = wildcards.get(i);
            if (wildcard.matches(name, port)) {
                return wildcard.routes;
            }
        }
        return null;
    }

    /** The domain by which {@link #routes} finds a host, for explain. */
    public @Nullable String domain(String host, int port) {
        Named named = find(host);
        if (named != null && named.routes(port) != null) {
            return named.names(port) ? normal(host) + ":" + port : normal(host);
        }
        String name = normal(host);
        return wildcards.stream()
                .filter(wildcard -> wildcard.matches(name, port))
                .map(Wildcard::toString)
                .findFirst()
                .orElse(null);
    }

    /** A host as it is looked up; see {@link Domain#normal}. */
    public static String normal(String host) {
        return Domain.normal(host);
    }

    private static boolean isNormal(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return false;
            }
        }
        return host.isEmpty() || host.charAt(host.length() - 1) != '.';
    }

    private static boolean isLocalOrLiteral(String host) {
        boolean literal = true;
        for (int i = 0; i < host.length() && literal; i++) {
            char c = host.charAt(i);
            if (c == ':' || c == '[') {
                return true;
            }
            literal = c >= '0' && c <= '9' || c == '.';
        }
        return literal || host.equalsIgnoreCase("localhost") || host.endsWith(".localhost");
    }

    private static final class Named {
        private @Nullable RouteTable anyPort;
        /** Null for most names, whose routes are for any port. */
        private @Nullable Map<Integer, RouteTable> byPort;

        void put(int port, RouteTable routes) {
            if (port == 0) {
                anyPort = routes;
                return;
            }
            if (byPort == null) {
                byPort = new HashMap<>();
            }
            byPort.put(port, routes);
        }

        void putIfAbsent(int port, RouteTable routes) {
            boolean there = port == 0 ? anyPort != null : names(port);
            if (!there) {
                put(port, routes);
            }
        }

        @Nullable
        RouteTable routes(int port) {
            RouteTable exactly = byPort == null ? null : byPort.get(port);
            return exactly != null ? exactly : anyPort;
        }

        /** Whether a domain names this very port. */
        boolean names(int port) {
            return byPort != null && byPort.containsKey(port);
        }
    }

    private record Wildcard(String domain, int port, RouteTable routes) {
        /** Suffixes before prefixes, longer before shorter, with a port before without. */
        int rank() {
            int kind = domain.equals("*") ? 0 : domain.startsWith("*") ? 2 : 1;
            return (kind << 20) + (domain.length() << 1) + (port == 0 ? 0 : 1);
        }

        boolean matches(String host, int askedPort) {
            if (port != 0 && port != askedPort) {
                return false;
            }
            int fixed = domain.length() - 1;
            if (domain.startsWith("*")) {
                // "*" stands for at least one character, as in Envoy.
                return fixed == 0
                        || host.length() > fixed && host.regionMatches(host.length() - fixed, domain, 1, fixed);
            }
            return host.length() > fixed && host.startsWith(domain.substring(0, fixed));
        }

        @Override
        public String toString() {
            return port == 0 ? domain : domain + ":" + port;
        }
    }
}
