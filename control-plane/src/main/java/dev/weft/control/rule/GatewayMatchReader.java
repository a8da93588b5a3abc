package dev.weft.control.rule;

import com.google.re2j.Pattern;
import dev.weft.control.rule.VirtualService.HeaderMatch;
import dev.weft.control.rule.VirtualService.HttpMatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code matches} of the Gateway API. */
final class GatewayMatchReader {
    private static final List<String> KINDS = List.of("Exact", "RegularExpression");
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final List<String> NEVER = List.of("//", "/./", "/../", "%2f", "%2F", "#");

    private GatewayMatchReader() {}

    static HttpMatch http(Fields match) {
        TextMatch path = path(match);
        List<HeaderMatch> headers = new ArrayList<>();
        String method = match.word("method", METHODS, List.of());
        if (method != null) {
            headers.add(new HeaderMatch(":method", new TextMatch.Exact(method), false));
        }
        headers(match, headers);
        Map<String, TextMatch> query = new LinkedHashMap<>();
        for (Fields parameter : match.objects("queryParams")) {
            String name = parameter.required("name");
            TextMatch value = value(parameter);
            parameter.end();
            if (value != null && query.putIfAbsent(name, value) != null) {
                parameter.wrong("name", "parameter '" + name + "' stands here twice");
            }
        }
        match.end();
        return new HttpMatch(match.origin(), "", path, false, headers, query, 0, SourceMatch.ANY);
    }

    static HttpMatch grpc(Fields match) {
        TextMatch path = null;
        Fields method = match.object("method");
        if (method != null) {
            path = method(method);
        }
        List<HeaderMatch> headers = new ArrayList<>();
        headers(match, headers);
        match.end();
        return new HttpMatch(match.origin(), "", path, false, headers, Map.of(), 0, SourceMatch.ANY);
    }

    private static @Nullable TextMatch method(Fields method) {
        String type = method.word("type", KINDS, List.of());
        String service = method.text("service", "");
        String name = method.text("method", "");
        method.end();
        if (service.isEmpty() && name.isEmpty()) {
            method.wrong("must have service, method, or both");
            return null;
        }
        if ("RegularExpression".equals(type)) {
            String regex = "/" + (service.isEmpty() ? "[^/]+" : "(?:" + service + ")") + "/"
                    + (name.isEmpty() ? "[^/]+" : "(?:" + name + ")");
            String field = service.isEmpty() ? "method" : "service";
            return RouteReader.compiled(method, field, regex) == null ? null : new TextMatch.Regex(regex);
        }
        if (service.indexOf('/') >= 0 || name.indexOf('/') >= 0) {
            method.wrong("must not have a '/'");
        }
        if (service.isEmpty()) {
            return new TextMatch.Regex("/[^/]+/" + Pattern.quote(name));
        }
        return name.isEmpty()
                ? new TextMatch.Prefix("/" + service + "/")
                : new TextMatch.Exact("/" + service + "/" + name);
    }

    /** Null for any path. */
    private static @Nullable TextMatch path(Fields match) {
        Fields path = match.object("path");
        if (path == null) {
            return null;
        }
        String type = path.word("type", List.of("Exact", "PathPrefix", "RegularExpression"), List.of());
        String value = path.text("value", "/");
        path.end();
        if ("RegularExpression".equals(type)) {
            return RouteReader.compiled(path, "value", value) == null ? null : new TextMatch.Regex(value);
        }
        if (!value.startsWith("/")) {
            path.wrong("value", "must begin with '/'");
            return null;
        }
        NEVER.stream()
                .filter(value::contains)
                .findFirst()
                .ifPresent(part -> path.wrong("value", "must not contain '" + part + "'"));
        if ("Exact".equals(type)) {
            return new TextMatch.Exact(value);
        }
        String prefix = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        return prefix.isEmpty() ? null : new TextMatch.Segments(prefix);
    }

    private static void headers(Fields match, List<HeaderMatch> into) {
        for (Fields header : match.objects("headers")) {
            String name = header.required("name").toLowerCase(Locale.ROOT);
            if (!name.isEmpty() && !RouteReader.isHeader(name)) {
                header.wrong("name", "is not the name of a header");
            }
            if (into.stream().anyMatch(other -> other.name().equals(name))) {
                header.wrong("name", "header '" + name + "' stands here twice");
            }
            TextMatch value = value(header);
            header.end();
            if (value != null) {
                into.add(new HeaderMatch(name, value, false));
            }
        }
    }

    private static @Nullable TextMatch value(Fields match) {
        String type = match.word("type", KINDS, List.of());
        String value = match.required("value");
        if ("RegularExpression".equals(type)) {
            return RouteReader.compiled(match, "value", value) == null ? null : new TextMatch.Regex(value);
        }
        return new TextMatch.Exact(value);
    }
}
