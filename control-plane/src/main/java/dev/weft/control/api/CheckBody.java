package dev.weft.control.api;

import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.HealthCheck.How;
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
        boolean isGrpc = check.has("grpc");
        String service = check.text("grpc", "");
        if ((path.isEmpty() ? 0 : 1) + (isTcp ? 1 : 0) + (isGrpc ? 1 : 0) != 1) {
            check.wrong("http", "a check has one of an http path, tcp, and the name of a grpc service");
        }
        HealthCheck read = new HealthCheck(
                isGrpc ? new How.Grpc(service) : path.isEmpty() ? new How.Connection() : new How.Http(path),
                check.duration("interval", Duration.ofSeconds(10)),
                check.duration("timeout", Duration.ofSeconds(1)),
                check.integer("healthy", 1),
                check.integer("unhealthy", 3));
        check.unknown();
        return read;
    }
}
