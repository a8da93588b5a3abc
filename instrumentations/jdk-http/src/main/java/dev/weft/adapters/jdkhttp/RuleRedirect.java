package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.Refusal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A redirect that a rule gives, followed as the library follows those of servers. */
final class RuleRedirect {
    /** What the library gives to no other place than the one that it was meant for. */
    private static final Set<String> PRIVATE = Set.of("authorization", "cookie", "origin", "referer", "host");

    private RuleRedirect() {}

    /** The request that follows; null where the answer is no redirect or the client doesn't follow it. */
    static @Nullable HttpRequest next(Refusal answer, HttpRequest asked, HttpClient.Redirect policy) {
        URI to = location(answer, asked.uri());
        if (to == null || policy == HttpClient.Redirect.NEVER) {
            return null;
        }
        boolean downgrade = JdkRequest.secure(asked.uri()) && !JdkRequest.secure(to);
        if (downgrade && policy != HttpClient.Redirect.ALWAYS) {
            return null;
        }
        boolean same = JdkRequest.sameAuthority(asked.uri(), to);
        var next = HttpRequest.newBuilder(
                        asked, (name, value) -> same || !PRIVATE.contains(name.toLowerCase(Locale.ROOT)))
                .uri(to);
        int code = answer.code();
        if (code == 303 || code < 303 && asked.method().equals("POST")) {
            next.method("GET", BodyPublishers.noBody());
        }
        return next.build();
    }

    private static @Nullable URI location(Refusal answer, URI asked) {
        switch (answer.code()) {
            case 301, 302, 303, 307, 308 -> {
                for (Refusal.Header header : answer.headers()) {
                    if (header.name().equals("location")) {
                        return asked.resolve(header.value());
                    }
                }
                return null;
            }
            default -> {
                return null;
            }
        }
    }
}
