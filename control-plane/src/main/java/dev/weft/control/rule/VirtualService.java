package dev.weft.control.rule;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How calls to some hosts are routed (Istio: {@code VirtualService}).
 *
 * @param hosts full names
 * @param http in order; the first that matches wins
 * @param tcp of connections as such, in order; the first that matches wins
 */
public record VirtualService(
        Origin origin,
        String name,
        String namespace,
        List<String> hosts,
        Exports exports,
        List<HttpRoute> http,
        List<TcpRoute> tcp)
        implements Rule {
    public VirtualService {
        hosts = List.copyOf(hosts);
        http = List.copyOf(http);
        tcp = List.copyOf(tcp);
    }

    /** As far as it counts for calls from a namespace. */
    VirtualService seenFrom(String from) {
        return new VirtualService(
                origin,
                name,
                namespace,
                hosts,
                exports,
                http.stream().flatMap(route -> route.seenFrom(from)).toList(),
                tcp);
    }

    /** Namespaces whose calls some of its matches are for. */
    Stream<String> sourceNamespaces() {
        return http.stream()
                .flatMap(route -> route.matches().stream())
                .map(match -> match.source().namespace())
                .filter(source -> !source.isEmpty());
    }

    /** Every destination that its routes name. */
    public Stream<Destination> destinations() {
        return Stream.concat(
                http.stream().flatMap(HttpRoute::destinations), tcp.stream().flatMap(TcpRoute::named));
    }

    /**
     * One rule of it for connections as such (Istio: {@code TCPRoute} and {@code TLSRoute}).
     *
     * @param matches any of which is enough; empty for every connection
     */
    public record TcpRoute(Origin origin, List<TcpMatch> matches, List<WeightedDestination> destinations) {
        public TcpRoute {
            matches = List.copyOf(matches);
            destinations = List.copyOf(destinations);
        }

        /** Every destination that it names. */
        public Stream<Destination> named() {
            return destinations.stream().map(WeightedDestination::destination);
        }

        /** Whether it is about TLS whose clients say a name. */
        public boolean isTls() {
            return matches.stream().anyMatch(match -> !match.sniHosts().isEmpty());
        }

        /** Whether it can take a connection to this port of a host. */
        public boolean isFor(String host, int port) {
            return matches.isEmpty() || matches.stream().anyMatch(match -> match.isFor(host, port));
        }
    }

    /**
     * Both of its conditions must hold.
     *
     * @param port that is called; 0 for any
     * @param sniHosts full names, of which the client of TLS says one; empty for any client
     */
    public record TcpMatch(int port, List<String> sniHosts) {
        public TcpMatch {
            sniHosts = List.copyOf(sniHosts);
        }

        private boolean isFor(String host, int called) {
            return (port == 0 || port == called) && (sniHosts.isEmpty() || sniHosts.contains(host));
        }
    }

    /**
     * One rule of it.
     *
     * @param name unique in the virtual service: given by the author or made from the index
     * @param matches any of which is enough; empty for every call
     * @param fault injected before anything else happens; null for none
     * @param idle fields that have no effect beside the action
     */
    public record HttpRoute(
            Origin origin,
            String name,
            List<HttpMatch> matches,
            HttpAction action,
            @Nullable Fault fault,
            List<String> idle) {
        public HttpRoute {
            matches = List.copyOf(matches);
            idle = List.copyOf(idle);
        }

        /** The same for calls to one port alone; 0 for as before. */
        HttpRoute at(int port) {
            return port == 0
                    ? this
                    : new HttpRoute(
                            origin,
                            name,
                            matches.stream().map(match -> match.at(port)).toList(),
                            action,
                            fault,
                            idle);
        }

        /** As far as it is for calls from a namespace; nothing where it is for none of them. */
        Stream<HttpRoute> seenFrom(String namespace) {
            return only(match -> match.source().isSeenFrom(namespace));
        }

        /** As far as it is for callers with these labels; nothing where it is for none of them. */
        public Stream<HttpRoute> calledWith(Map<String, String> labels) {
            return only(match -> match.source().takes(labels));
        }

        private Stream<HttpRoute> only(Predicate<HttpMatch> which) {
            List<HttpMatch> left = matches.stream().filter(which).toList();
            return left.isEmpty() && !matches.isEmpty()
                    ? Stream.empty()
                    : Stream.of(new HttpRoute(origin, name, left, action, fault, idle));
        }

        /** Every destination that it names. */
        public Stream<Destination> destinations() {
            return action instanceof Forward forward
                    ? Stream.concat(
                            forward.destinations().stream().map(WeightedDestination::destination),
                            forward.mirrors().stream().map(Mirror::destination))
                    : Stream.empty();
        }

        public boolean isCatchAll() {
            return matches.isEmpty() || matches.stream().anyMatch(HttpMatch::isCatchAll);
        }
    }

    /**
     * All of its conditions must hold.
     *
     * @param name empty when it has none
     * @param ignoreCase of the path, where it is not a regular expression
     * @param query conditions on parameters; their values are never null
     * @param port that is called; 0 for any
     * @param source whose calls it takes
     */
    public record HttpMatch(
            Origin origin,
            String name,
            @Nullable TextMatch uri,
            boolean ignoreCase,
            List<HeaderMatch> headers,
            Map<String, TextMatch> query,
            int port,
            SourceMatch source) {
        public HttpMatch {
            headers = List.copyOf(headers);
            query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        }

        /** What takes every call. */
        static HttpMatch any(Origin origin) {
            return new HttpMatch(origin, "", null, false, List.of(), Map.of(), 0, SourceMatch.ANY);
        }

        HttpMatch at(int newPort) {
            return new HttpMatch(origin, name, uri, ignoreCase, headers, query, newPort, source);
        }

        /** Whether it can take a call to this port. */
        public boolean isFor(int called) {
            return port == 0 || port == called;
        }

        /** Whether every call that the other takes is one that this takes, as far as that can be told. */
        boolean covers(HttpMatch other) {
            return isFor(other.port)
                    && source.covers(other.source)
                    && other.headers.containsAll(headers)
                    && other.query.entrySet().containsAll(query.entrySet())
                    && coversPath(other);
        }

        private boolean coversPath(HttpMatch other) {
            if (isAnyPath()) {
                return true;
            }
            if (other.ignoreCase && !ignoreCase) {
                return false;
            }
            return Objects.equals(uri, other.uri)
                    || (uri instanceof TextMatch.Prefix prefix
                            && ((other.uri instanceof TextMatch.Prefix longer && begins(longer.text(), prefix.text()))
                                    || (other.uri instanceof TextMatch.Exact exact
                                            && begins(exact.text(), prefix.text()))));
        }

        private boolean begins(String path, String prefix) {
            return path.regionMatches(ignoreCase, 0, prefix, 0, prefix.length());
        }

        private boolean isAnyPath() {
            return uri == null || uri.equals(new TextMatch.Prefix("/"));
        }

        boolean isCatchAll() {
            return port == 0 && source.equals(SourceMatch.ANY) && headers.isEmpty() && query.isEmpty() && isAnyPath();
        }
    }

    /**
     * A condition on one header.
     *
     * @param name lower case, or {@code :method}, {@code :authority}
     * @param value null asks only that the header is present
     */
    public record HeaderMatch(String name, @Nullable TextMatch value, boolean invert) {}

    /** What becomes of a call that matches. */
    public sealed interface HttpAction {}

    /**
     * It is sent on.
     *
     * @param timeout null for none
     * @param retries null for the default
     * @param rewrite of the path; null for none
     * @param host what instances are told that they are asked for; empty for what the caller asks for
     * @param retryNonIdempotent the author says in writing that any method may be sent again
     */
    public record Forward(
            List<WeightedDestination> destinations,
            @Nullable Duration timeout,
            @Nullable Retries retries,
            List<Mirror> mirrors,
            Headers headers,
            @Nullable Rewrite rewrite,
            String host,
            boolean retryNonIdempotent)
            implements HttpAction {
        public Forward {
            destinations = List.copyOf(destinations);
            mirrors = List.copyOf(mirrors);
        }
    }

    /** It is answered at once. */
    public record DirectResponse(int status, String body) implements HttpAction {}

    /**
     * The caller is sent elsewhere; what is empty or 0 stays as it was.
     *
     * @param uri replaces the path
     * @param authority replaces the host
     * @param status 301, 302, 303, 307 or 308
     * @param rewrite of the path, instead of {@code uri}; null for none
     */
    public record Redirect(
            String uri,
            String authority,
            int port,
            String scheme,
            int status,
            @Nullable Rewrite rewrite) implements HttpAction {}

    /**
     * What is sent instead of the path.
     *
     * @param uri replaces what the match names; empty where a regular expression decides
     * @param match RE2; every match of it in the path is replaced; null where {@code uri} decides
     * @param substitution for {@code match}, with {@code \\1} for a group
     */
    public record Rewrite(String uri, @Nullable String match, String substitution) {}

    /**
     * Where calls are sent.
     *
     * @param host full name
     * @param subset empty for all of the host
     * @param port 0 when it names none
     */
    public record Destination(Origin origin, String host, String subset, int port) {}

    /**
     * A destination and its share.
     *
     * @param weight relative to the others
     */
    public record WeightedDestination(Destination destination, int weight, Headers headers) {}

    /**
     * A destination of copies, whose answers nobody sees.
     *
     * @param perMillion how many of a million calls are copied
     */
    public record Mirror(Destination destination, int perMillion) {}

    /**
     * When a call is sent again.
     *
     * @param attempts beyond the first
     * @param perTryTimeout null for none
     * @param on null for the default conditions
     * @param backoff null for the default
     */
    public record Retries(
            int attempts,
            @Nullable Duration perTryTimeout,
            @Nullable List<String> on,
            List<Integer> statusCodes,
            @Nullable Duration backoff,
            boolean avoidPreviousHosts) {
        public Retries {
            on = on == null ? null : List.copyOf(on);
            statusCodes = List.copyOf(statusCodes);
        }
    }

    /** Changes to the headers of requests, and of answers. */
    public record Headers(HeaderChanges request, HeaderChanges response) {
        public static final Headers NONE = new Headers(HeaderChanges.NONE, HeaderChanges.NONE);
    }

    /** Changes to the headers of one of them. */
    public record HeaderChanges(Map<String, String> set, Map<String, String> add, List<String> remove) {
        public static final HeaderChanges NONE = new HeaderChanges(Map.of(), Map.of(), List.of());

        public HeaderChanges {
            set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
            add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
            remove = List.copyOf(remove);
        }
    }
}
