package dev.weft.engine.snapshot;

import dev.weft.engine.snapshot.LocalRateLimit.Part;
import java.util.List;

/**
 * By which properties the calls of a route are told apart where they are limited (Envoy: {@code rate_limits} of the
 * route and of its virtual host). Nothing is limited by this alone.
 *
 * @param own of the route
 * @param host of its virtual host
 * @param both whether those of the host count beside the route's, whatever the filter says (Envoy: {@code
 *     include_vh_rate_limits})
 */
public record RateLimits(List<Kind> own, List<Kind> host, boolean both) {
    public static final RateLimits NONE = new RateLimits(List.of(), List.of(), false);

    public RateLimits {
        own = List.copyOf(own);
        host = List.copyOf(host);
    }

    /**
     * A kind of calls.
     *
     * @param stage which filters look at it, 0 to 10
     * @param parts each makes one entry of a descriptor
     */
    public record Kind(int stage, List<Part> parts) {
        public Kind {
            parts = List.copyOf(parts);
            if (stage < 0 || stage > 10) {
                throw new IllegalArgumentException("rate_limits.stage: " + stage + " is out of range");
            }
        }
    }

    /** What a filter makes of the kinds of the virtual host (Envoy: {@code vh_rate_limits}). */
    public enum OfHost {
        /** They count where the route has none. */
        OVERRIDE,
        /** They count beside the route's. */
        INCLUDE,
        IGNORE
    }

    /** Whether those of the host count for a filter. */
    public boolean hostCounts(OfHost option) {
        return both || option == OfHost.INCLUDE || option == OfHost.OVERRIDE && own.isEmpty();
    }
}
