package dev.weft.agent;

import dev.weft.agent.config.Control;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where gRPC's xDS bootstrap is, found as gRPC finds it: a file, else the text itself; each in the
 * environment, else in a system property. On the path of premain.
 *
 * @param where for messages
 * @param file its path; null when {@code inline} has the text
 */
record GrpcBootstrap(
        String where, @Nullable String file, @Nullable String inline) {
    /** The application's gRPC is meant: a constant that begins so would be packed as a name of our own copy's. */
    private static final String PROPERTIES = "-Dio.grpc.xds.".substring("-D".length());

    /** Null when there is none, or when it isn't wanted. */
    static @Nullable GrpcBootstrap of(Control control) {
        if (!control.bootstrap()) {
            return null;
        }
        String file = value("GRPC_XDS_BOOTSTRAP", PROPERTIES + "bootstrap");
        if (file != null) {
            return new GrpcBootstrap(file, file, null);
        }
        String inline = value("GRPC_XDS_BOOTSTRAP_CONFIG", PROPERTIES + "bootstrapConfig");
        return inline == null ? null : new GrpcBootstrap("GRPC_XDS_BOOTSTRAP_CONFIG", null, inline);
    }

    private static @Nullable String value(String environment, String property) {
        String value = System.getenv(environment);
        if (value == null || value.isEmpty()) {
            value = System.getProperty(property);
        }
        return value == null || value.isEmpty() ? null : value;
    }

    String text() throws IOException {
        return file == null ? String.valueOf(inline) : Files.readString(Path.of(file));
    }
}
