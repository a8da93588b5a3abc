package dev.weft.control.api;

import dev.weft.control.registry.HealthCheck;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an instance wants to be checked, in the body that registers it. */
final class CheckBody {
    private CheckBody() {}

    /** Null when it doesn't. */
    static @Nullable HealthCheck read(JsonFields fields) {
        JsonFields check = fields.object("check");
        if (check == null) {
            return null;
        }
        String path = check.text("http", "");
        boolean isTcp = check.bool("tcp");
        if (path.isEmpty() != isTcp) {
            check.wrong("http", "a check has either an http path or tcp");
        }
        HealthCheck read = new HealthCheck(
                path,
                check.duration("interval", Duration.ofSeconds(10)),
                check.duration("timeout", Duration.ofSeconds(1)),
                check.integer("healthy", 1),
                check.integer("unhealthy", 3));
        check.unknown();
        return read;
    }
}
