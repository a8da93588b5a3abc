package dev.weft.agent.config;

import dev.weft.telemetry.export.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where telemetry can be sent; what several targets share is read once. */
final class Targets {
    private final Reader in;
    private final Map<String, String> headers;
    private final boolean gzip;
    private final long timeoutNanos;
    private final @Nullable Path authorities;

    Targets(Reader in) {
        this.in = in;
        this.headers = in.pairs(Key.OTLP_HEADERS);
        this.gzip = in.oneOf(Key.OTLP_COMPRESSION, "none", "gzip").equals("gzip");
        String file = in.text(Key.OTLP_AUTHORITIES);
        this.authorities = file.isEmpty() ? null : Path.of(file);
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, in.millis(Key.OTLP_TIMEOUT)));
    }

    /**
     * @param own the signal's own key, whose path is used as it is
     * @param path what is added to {@code otlp.endpoint} without it
     */
    @Nullable
    Target otlp(Key own, String path) {
        return in.isSet(own) ? at(own, "") : at(Key.OTLP_ENDPOINT, path);
    }

    /** Null where the URL can't be used, which is an error of the configuration. */
    @Nullable
    Target at(Key key, String path) {
        String base = in.text(key);
        boolean slash = !path.isEmpty() && base.endsWith("/");
        boolean zipkin = key == Key.ZIPKIN_ENDPOINT;
        try {
            URI url = new URI((slash ? base.substring(0, base.length() - 1) : base) + path);
            return zipkin
                    ? new Target(url, Map.of(), false, timeoutNanos)
                    : new Target(url, headers, gzip, timeoutNanos, authorities);
        } catch (URISyntaxException | IllegalArgumentException e) {
            in.conflict(key, "can't be used: " + e.getMessage() + "; nothing is sent there");
            return null;
        }
    }
}
