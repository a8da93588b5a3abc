package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.ConnectBackoff;
import org.jspecify.annotations.Nullable;

/**
 * {@code connect_backoff}, for which Envoy has no word: it stands in a cluster's {@code metadata.filter_metadata}
 * under {@code weft}. Without it the default counts; a {@code base} of 0 switches it off.
 */
final class ConnectBackoffReader {
    private static final String WHERE = "metadata.weft";

    private ConnectBackoffReader() {}

    static @Nullable ConnectBackoff read(Message metadata, Findings findings) {
        var own = StructReader.of(metadata, "weft", WHERE, findings);
        if (!own.has("connect_backoff")) {
            return ConnectBackoff.DEFAULT;
        }
        var backoff = own.object("connect_backoff");
        long base = backoff.nanos("base", ConnectBackoff.DEFAULT.baseNanos());
        long most = backoff.nanos("max", Math.max(base, ConnectBackoff.DEFAULT.maxNanos()));
        backoff.end();
        if (most < base) {
            findings.refuse(WHERE + ".connect_backoff.max", "below base");
        }
        return base == 0 || most < base ? null : new ConnectBackoff(base, most);
    }
}
