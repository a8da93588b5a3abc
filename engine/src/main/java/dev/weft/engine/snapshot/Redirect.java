package dev.weft.engine.snapshot;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The caller is sent elsewhere (Envoy: {@code RedirectAction}). What is null stays as it was.
 *
 * @param scheme {@code http} or {@code https}
 * @param port 0 as it was, or the scheme's own where the scheme changes
 * @param path replaces the path, and the query if it has one of its own
 * @param rewrite changes the path; not together with {@code path}
 * @param stripQuery the query is left out
 * @param status 301, 302, 303, 307 or 308
 */
public record Redirect(
        @Nullable String scheme,
        @Nullable String host,
        int port,
        @Nullable String path,
        @Nullable PathRewrite rewrite,
        boolean stripQuery,
        int status) {
    private static final Set<Integer> STATUS = Set.of(301, 302, 303, 307, 308);

    public Redirect {
        if (scheme != null && !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("redirect.scheme: '" + scheme + "' is not http or https");
        }
        if (host != null) {
            Domain.parse(host);
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("redirect.port: " + port + " is not a port");
        }
        if (path != null && !path.startsWith("/") || path != null && rewrite != null) {
            throw new IllegalArgumentException(
                    "redirect.path: '" + path + "' does not begin with '/', or stands beside a rewrite");
        }
        if (!STATUS.contains(status)) {
            throw new IllegalArgumentException("redirect.status: " + status + " is not one of a redirect");
        }
    }
}
