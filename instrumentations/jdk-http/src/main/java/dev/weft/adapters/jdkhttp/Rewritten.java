package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.HeaderWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The application's request as we send it: for one attempt, or onwards after a redirect. */
final class Rewritten extends HttpRequest {
    /** The library refuses these; they are its own to write. */
    private static final Set<String> RESTRICTED = Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final HttpRequest request;
    private final URI uri;
    private final HttpHeaders headers;
    private final Optional<Duration> timeout;
    private final @Nullable Aim aim;

    private Rewritten(
            HttpRequest request, URI uri, HttpHeaders headers, Optional<Duration> timeout, @Nullable Aim aim) {
        this.request = request;
        this.uri = uri;
        this.headers = headers;
        this.timeout = timeout;
        this.aim = aim;
    }

    /** One attempt. Without the application's time limit, which is the whole call's and not this attempt's. */
    static Rewritten attempt(HttpRequest request, HttpHeaders asked, Aim aim) {
        URI uri = uri(request.uri(), aim.attempt().path());
        return new Rewritten(request, uri, headers(asked, aim), Optional.empty(), aim);
    }

    private static HttpHeaders headers(HttpHeaders asked, Aim aim) {
        if (NewHeaders.only(aim.attempt(), asked)) {
            aim.letHeadersWait();
            return asked;
        }
        var edits = new Edits(asked);
        aim.attempt().edit(edits);
        return edits.result();
    }

    private static URI uri(URI asked, @Nullable String path) {
        return path == null ? asked : URI.create(asked.getScheme() + "://" + asked.getRawAuthority() + path);
    }

    /**
     * What the library made of a redirect, without what the mesh had added for the place that
     * redirected.
     *
     * @param asked the application's own request
     */
    static Rewritten onward(HttpRequest redirected, HttpRequest asked, Aim from) {
        var edited = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        from.attempt().edit(new Names(edited));
        Map<String, List<String>> own = asked.headers().map();
        var kept = HttpHeaders.of(
                redirected.headers().map(), (name, value) -> !edited.contains(name) || own.containsKey(name));
        return new Rewritten(redirected, redirected.uri(), kept, asked.timeout(), null);
    }

    /** Null when it is nobody's attempt. */
    @Nullable
    Aim aim() {
        return aim;
    }

    @Override
    public Optional<BodyPublisher> bodyPublisher() {
        return request.bodyPublisher();
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public Optional<Duration> timeout() {
        return timeout;
    }

    @Override
    public boolean expectContinue() {
        return request.expectContinue();
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public Optional<HttpClient.Version> version() {
        return request.version();
    }

    @Override
    public HttpHeaders headers() {
        return headers;
    }

    /** Copies the headers when the first of them changes. */
    private static final class Edits implements HeaderWriter {
        private final HttpHeaders before;
        private @Nullable Map<String, List<String>> after;

        Edits(HttpHeaders before) {
            this.before = before;
        }

        HttpHeaders result() {
            return after == null ? before : HttpHeaders.of(after, (name, value) -> true);
        }

        private Map<String, List<String>> copy() {
            Map<String, List<String>> map = after;
            if (map == null) {
                map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                map.putAll(before.map());
                after = map;
            }
            return map;
        }

        @Override
        public void set(String name, String value) {
            if (!RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
                copy().put(name, List.of(value));
            }
        }

        @Override
        public void add(String name, String value) {
            if (!RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
                var values = new ArrayList<>(copy().getOrDefault(name, List.of()));
                values.add(value);
                copy().put(name, values);
            }
        }

        @Override
        public void remove(String name) {
            copy().remove(name);
        }
    }

    /** Only remembers which headers were written. */
    private record Names(Set<String> names) implements HeaderWriter {
        @Override
        public void set(String name, String value) {
            names.add(name);
        }

        @Override
        public void add(String name, String value) {
            names.add(name);
        }

        @Override
        public void remove(String name) {
            // what is gone can't be taken away again
        }
    }
}
