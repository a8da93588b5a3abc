package dev.weft.control.rule;

import com.google.re2j.Pattern;
import dev.weft.control.rule.VirtualService.HeaderChanges;
import dev.weft.control.rule.VirtualService.Headers;
import dev.weft.control.rule.VirtualService.HttpMatch;
import dev.weft.control.rule.VirtualService.Mirror;
import dev.weft.control.rule.VirtualService.Redirect;
import dev.weft.control.rule.VirtualService.Rewrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads {@code filters} of one rule or backend of the Gateway API. */
final class GatewayFilterReader {
    private static final List<String> HTTP = List.of(
            "RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite");
    private static final List<String> GRPC =
            List.of("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror");
    private static final List<String> NOT_YET = List.of("ExtensionRef", "CORS", "ExternalAuth");
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
    private static final int MILLION = 1_000_000;

    private final GatewayBackendReader backends;
    private final boolean isGrpc;
    private final List<Mirror> mirrors = new ArrayList<>();
    private HeaderChanges request = HeaderChanges.NONE;
    private HeaderChanges response = HeaderChanges.NONE;
    private @Nullable Redirect redirect;
    private @Nullable Path redirectPath;
    private @Nullable Path rewritePath;
    private String rewriteHost = "";

    GatewayFilterReader(GatewayBackendReader backends, boolean isGrpc) {
        this.backends = backends;
        this.isGrpc = isGrpc;
    }

    /** What a path becomes: as a whole, or where it begins with what was matched. */
    private record Path(Fields place, String text, boolean isPrefix) {}

    void read(Fields owner) {
        List<String> seen = new ArrayList<>();
        for (Fields filter : owner.objects("filters")) {
            String type = filter.word("type", isGrpc ? GRPC : HTTP, NOT_YET);
            if (type == null) {
                if (!filter.has("type")) {
                    filter.wrong("type", "is missing");
                }
                continue;
            }
            if (seen.contains(type) && !type.equals("RequestMirror")) {
                filter.wrong("type", type + " stands here twice");
            }
            seen.add(type);
            String field = type.equals("URLRewrite")
                    ? "urlRewrite"
                    : Character.toLowerCase(type.charAt(0)) + type.substring(1);
            Fields config = filter.object(field);
            if (config == null) {
                filter.wrong(field, "is missing");
                continue;
            }
            switch (type) {
                case "RequestHeaderModifier" -> request = headers(config);
                case "ResponseHeaderModifier" -> response = headers(config);
                case "RequestMirror" -> mirror(config);
                case "RequestRedirect" -> redirect = redirect(config);
                default -> {
                    rewriteHost = hostname(config);
                    rewritePath = path(config);
                    config.end();
                }
            }
            filter.end();
        }
        if (redirect != null && isRewritten()) {
            owner.wrong("filters", "RequestRedirect and URLRewrite can't stand side by side");
        }
    }

    /** Of a backend: whatever else it asks for would have to be done after the choice. */
    void refuseAllButHeaders(Fields backend) {
        if (redirect != null || isRewritten() || !mirrors.isEmpty()) {
            backend.wrong(
                    "filters", "only RequestHeaderModifier and ResponseHeaderModifier are supported for a backend");
        }
    }

    private boolean isRewritten() {
        return rewritePath != null || !rewriteHost.isEmpty();
    }

    /** What instances are told that they are asked for; empty for what the caller asks for. */
    String host() {
        return rewriteHost;
    }

    List<Mirror> mirrors() {
        return mirrors;
    }

    Headers headers() {
        return new Headers(request, response);
    }

    @Nullable
    Redirect redirect() {
        return redirect;
    }

    /** The redirect of calls that match, whose path may depend on the match. */
    Redirect redirect(HttpMatch match) {
        Redirect all = Objects.requireNonNull(redirect, "only asked where there is one");
        Path path = redirectPath;
        if (path == null) {
            return all;
        }
        return path.isPrefix()
                ? new Redirect("", all.authority(), all.port(), all.scheme(), all.status(), prefix(path, match))
                : new Redirect(path.text(), all.authority(), all.port(), all.scheme(), all.status(), null);
    }

    @Nullable
    Rewrite rewrite(HttpMatch match) {
        Path path = rewritePath;
        if (path == null) {
            return null;
        }
        return path.isPrefix() ? prefix(path, match) : new Rewrite("", "^/.*$", escaped(path.text()));
    }

    /** In place of the matched segments; a path keeps exactly one slash where they end. */
    private static @Nullable Rewrite prefix(Path path, HttpMatch match) {
        boolean isAny = match.uri() == null;
        if (!isAny && !(match.uri() instanceof TextMatch.Segments)) {
            path.place().wrong("type", "ReplacePrefixMatch needs a match of type PathPrefix");
            return null;
        }
        String prefix = match.uri() instanceof TextMatch.Segments segments ? segments.text() : "";
        String text =
                path.text().endsWith("/") ? path.text().substring(0, path.text().length() - 1) : path.text();
        return isAny || text.isEmpty()
                ? new Rewrite("", "^" + Pattern.quote(prefix) + "/?(.*)$", escaped(text) + "/\\1")
                : new Rewrite(text, null, "");
    }

    /** A backslash names a group of the expression. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\");
    }

    private static @Nullable Path path(Fields config) {
        Fields path = config.object("path");
        if (path == null) {
            return null;
        }
        String type = path.word("type", List.of("ReplaceFullPath", "ReplacePrefixMatch"), List.of());
        String full = path.text("replaceFullPath");
        String prefix = path.text("replacePrefixMatch");
        path.end();
        if (type == null) {
            if (!path.has("type")) {
                path.wrong("type", "is missing");
            }
            return null;
        }
        boolean isPrefix = type.equals("ReplacePrefixMatch");
        String field = isPrefix ? "replacePrefixMatch" : "replaceFullPath";
        String text = isPrefix ? prefix : full;
        if (text == null) {
            path.wrong(field, "is missing");
            return null;
        }
        if ((!text.startsWith("/") && !(isPrefix && text.isEmpty()))
                || text.indexOf('%') >= 0
                || text.indexOf('?') >= 0) {
            path.wrong(field, "must begin with '/' and have no '?' and no '%'");
        }
        return new Path(path, text, isPrefix);
    }

    private static String hostname(Fields config) {
        String host = config.text("hostname", "");
        String wrong = host.isEmpty() ? null : HostNames.wrong(host);
        if (wrong != null) {
            config.wrong("hostname", wrong);
        }
        return host;
    }

    private Redirect redirect(Fields config) {
        String scheme = config.word("scheme", List.of("http", "https"), List.of());
        String host = hostname(config);
        Integer port = config.integer("port", 1, 65_535);
        Integer code = config.integer("statusCode", 300, 399);
        if (code != null && !REDIRECTS.contains(code)) {
            config.wrong("statusCode", "must be one of 301, 302, 303, 307, 308");
        }
        redirectPath = path(config);
        config.end();
        if (scheme == null && host.isEmpty() && port == null && redirectPath == null) {
            config.wrong("must have one of scheme, hostname, port, path: else it leads to itself");
        }
        return new Redirect(
                "", host, port == null ? 0 : port, scheme == null ? "" : scheme, code == null ? 302 : code, null);
    }

    private void mirror(Fields config) {
        Fields backend = config.object("backendRef");
        Integer percent = config.integer("percent", 0, 100);
        Fields fraction = config.object("fraction");
        long perMillion = percent == null ? MILLION : percent * (MILLION / 100L);
        if (fraction != null) {
            Integer numerator = fraction.integer("numerator", 0, Integer.MAX_VALUE);
            Integer denominator = fraction.integer("denominator", 1, Integer.MAX_VALUE);
            fraction.end();
            int of = denominator == null ? 100 : denominator;
            if (numerator == null) {
                fraction.wrong("numerator", "is missing or wrong");
            } else if (numerator > of) {
                fraction.wrong("numerator", "must not be above the denominator");
            }
            if (percent != null) {
                fraction.wrong("can't stand beside percent");
            }
            perMillion = numerator == null ? 0 : (long) numerator * MILLION / of;
        }
        config.end();
        if (backend == null) {
            config.wrong("backendRef", "is missing");
            return;
        }
        Mirror mirror = new Mirror(backends.destination(backend), (int) Math.min(perMillion, MILLION));
        if (mirror.perMillion() > 0) {
            mirrors.add(mirror);
        }
    }

    private static HeaderChanges headers(Fields config) {
        Map<String, String> set = changes(config, "set");
        Map<String, String> add = changes(config, "add");
        List<String> remove = config.texts("remove");
        remove.forEach(name -> RouteReader.checkHeader(config, "remove", name, ""));
        config.end();
        return new HeaderChanges(set, add, remove);
    }

    private static Map<String, String> changes(Fields config, String field) {
        Map<String, String> changes = new LinkedHashMap<>();
        for (Fields header : config.objects(field)) {
            String name = header.required("name");
            String value = header.text("value", "");
            header.end();
            RouteReader.checkHeader(header, "name", name, value);
            // Envoy takes a single percent sign for the begin of a variable.
            if (changes.putIfAbsent(name, value.replace("%", "%%")) != null) {
                header.wrong("name", "header '" + name + "' stands here twice");
            }
        }
        return changes;
    }
}
