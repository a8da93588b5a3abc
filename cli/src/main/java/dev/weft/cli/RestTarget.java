package dev.weft.cli;

import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which control plane is asked, as its user names it. */
final class RestTarget {
    @Option(
            names = "--server",
            paramLabel = "[https://]HOST:PORT",
            description = "REST address of the control plane; default: this user's own on this machine")
    @Nullable
    String server;

    @Option(
            names = "--authorities",
            paramLabel = "FILE",
            description =
                    "PEM file of who may vouch for an https:// server; default: $WEFT_CONTROL_AUTHORITIES, else the"
                            + " JDK's own")
    @Nullable
    Path authorities;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "holds its token; default: $WEFT_TOKEN, else that of this user's own")
    @Nullable
    Path tokenFile;

    Rest rest() throws IOException {
        var directory = RuntimeDirectory.ofUser();
        var own = server == null || tokenFile == null ? directory.controlPlane() : null;
        if (server == null && own == null) {
            throw new Unreachable("no control plane of this user runs here, says " + directory.path()
                    + "; name one with --server HOST:PORT");
        }
        var address = server != null || own == null ? String.valueOf(server) : own.rest();
        return new Rest(
                Endpoint.parse(address, authorities == null ? defaultAuthorities() : authorities),
                token(own != null && own.rest().equals(address) ? own.token() : ""));
    }

    /** Who may vouch for a control plane, where nothing else is said; null for the JDK's own. */
    static @Nullable Path defaultAuthorities() {
        var given = System.getenv("WEFT_CONTROL_AUTHORITIES");
        return given == null || given.isEmpty() ? null : Path.of(given);
    }

    private String token(String own) throws IOException {
        if (tokenFile != null) {
            return Files.readString(tokenFile).strip();
        }
        var given = System.getenv("WEFT_TOKEN");
        return given == null || given.isEmpty() ? own : given;
    }
}
