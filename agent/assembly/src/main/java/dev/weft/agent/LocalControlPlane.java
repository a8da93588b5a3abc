package dev.weft.agent;

import dev.weft.protocol.local.ControlPlaneFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The control plane that the same user runs on this machine. */
final class LocalControlPlane {
    private LocalControlPlane() {}

    /**
     * Its xDS address, or null when there is none. One that has died counts: the application goes on with what it
     * knew, and meets it again when it is back.
     */
    static @Nullable String address() throws IOException {
        ControlPlaneFile file = RuntimeDirectory.ofUser().lastControlPlane();
        return file == null ? null : file.xds();
    }
}
