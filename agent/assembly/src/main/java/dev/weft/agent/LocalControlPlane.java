package dev.weft.agent;

import dev.weft.protocol.local.ControlPlaneFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The control plane that the same user runs on this machine.
 *
 * <p>One that was killed leaves its word behind, for how long nobody knows: it may be back in a moment, or it was an
 * experiment of last week. So the word of a dead one counts for those alone that were members of its mesh and have kept
 * what it told them: they go on with that and meet it again when it is back. For all others there is none.
 */
final class LocalControlPlane {
    private LocalControlPlane() {}

    static boolean runs() throws IOException {
        return RuntimeDirectory.ofUser().controlPlane() != null;
    }

    /** Its xDS address, also when it has died; null when there was none, or when it ended in good order. */
    static @Nullable String address() throws IOException {
        ControlPlaneFile file = RuntimeDirectory.ofUser().lastControlPlane();
        return file == null ? null : file.xds();
    }
}
