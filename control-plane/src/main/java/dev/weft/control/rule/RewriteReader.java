package dev.weft.control.rule;

import dev.weft.control.rule.VirtualService.Redirect;
import dev.weft.control.rule.VirtualService.Rewrite;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code rewrite} and {@code redirect} of an HTTP route. */
final class RewriteReader {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** What can be sent as a host: visible characters of ASCII. */
    private static final Pattern AUTHORITY = Pattern.compile("[!-~]+");

    private RewriteReader() {}

    /**
     * What is sent on instead of what came.
     *
     * @param path null for the same
     * @param host empty for the same
     */
    record Rewritten(@Nullable Rewrite path, String host) {}

    static Rewritten rewrite(Fields route) {
        Fields rewrite = route.object("rewrite");
        if (rewrite == null) {
            return new Rewritten(null, "");
        }
        String authority = rewrite.text("authority", "");
        if (rewrite.has("authority") && !AUTHORITY.matcher(authority).matches()) {
            rewrite.wrong("authority", "'" + authority + "' can't be sent as a host");
        }
        return new Rewritten(path(rewrite), authority);
    }

    private static @Nullable Rewrite path(Fields rewrite) {
        String uri = rewrite.text("uri", "");
        Fields regex = rewrite.object("uriRegexRewrite");
        rewrite.end();
        if (!uri.isEmpty() && !uri.startsWith("/")) {
            rewrite.wrong("uri", "must begin with '/'");
        }
        if (regex == null) {
            if (uri.isEmpty() && !rewrite.has("authority") && !rewrite.has("uriRegexRewrite")) {
                rewrite.wrong("must have one of uri, uriRegexRewrite, authority");
            }
            return uri.isEmpty() ? null : new Rewrite(uri, null, "");
        }
        if (!uri.isEmpty()) {
            regex.wrong("can't stand beside uri");
        }
        String pattern = regex.required("match");
        String substitution = regex.text("rewrite", "");
        regex.end();
        com.google.re2j.Pattern compiled = RouteReader.compiled(regex, "match", pattern);
        int group = highestGroup(substitution);
        if (group < 0) {
            regex.wrong("rewrite", "has a backslash before something else than a digit or a backslash");
        } else if (compiled != null && group > compiled.groupCount()) {
            regex.wrong("rewrite", "names group " + group + ", which match has not");
        }
        return new Rewrite("", pattern, substitution);
    }

    /** The highest group that a substitution names; negative where a backslash stands for nothing. */
    private static int highestGroup(String substitution) {
        int highest = 0;
        for (int i = substitution.indexOf('\\'); i >= 0; i = substitution.indexOf('\\', i + 2)) {
            char next = i + 1 < substitution.length() ? substitution.charAt(i + 1) : 0;
            boolean digit = next >= '0' && next <= '9';
            if (!digit && next != '\\') {
                return -1;
            }
            highest = digit ? Math.max(highest, next - '0') : highest;
        }
        return highest;
    }

    static @Nullable Redirect redirect(Fields route) {
        Fields redirect = route.object("redirect");
        if (redirect == null) {
            return null;
        }
        String uri = redirect.text("uri", "");
        if (!uri.isEmpty() && (!uri.startsWith("/") || uri.indexOf('%') >= 0)) {
            redirect.wrong("uri", "must begin with '/'; '%' (Envoy's variables) is not supported yet");
        }
        String authority = redirect.text("authority", "");
        String wrong = authority.isEmpty() ? null : HostNames.wrong(authority);
        if (wrong != null) {
            redirect.wrong("authority", wrong);
        }
        Integer port = redirect.integer("port", 1, 65_535);
        String scheme = redirect.word("scheme", List.of("http", "https"), List.of());
        Integer code = redirect.integer("redirectCode", 300, 399);
        if (code != null && !REDIRECTS.contains(code)) {
            redirect.wrong("redirectCode", "must be one of 301, 302, 303, 307, 308");
        }
        if (List.of("uri", "authority", "port", "scheme", "derivePort").stream().noneMatch(redirect::has)) {
            redirect.wrong("must have one of uri, authority, port, scheme: else it leads to itself");
        }
        redirect.notYet("derivePort");
        redirect.end();
        return new Redirect(
                uri, authority, port == null ? 0 : port, scheme == null ? "" : scheme, code == null ? 301 : code, null);
    }
}
