package dev.weft.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service of gRPC and a client of it, in Python: what is tested must not be how grpc-java sees the protocol. */
final class GrpcPeers {
    /** Debian's own first: its packages are for no other. */
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

    private final Fleet fleet;
    private final String python;

    private GrpcPeers(Fleet fleet, String python) {
        this.fleet = fleet;
        this.python = python;
    }

    /** Null where there is no Python with gRPC. */
    static @Nullable GrpcPeers of(Fleet fleet) throws IOException, InterruptedException {
        for (String python : PYTHONS) {
            if (Namespace.succeeds(Stream.of("sh", "-c", python + " -c 'import grpc'"))) {
                return new GrpcPeers(fleet, python);
            }
        }
        return null;
    }

    /** Starts the service, which prints {@code listening PORT}. */
    Running server(Namespace where) throws IOException {
        return script(where.inside(), "kiosk_server.py");
    }

    /** Starts the client, which is asked by lines. */
    Running client(Namespace where, String target) throws IOException {
        return script(where.insideAsNobody(), "kiosk_client.py", target);
    }

    private Running script(List<String> where, String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(where);
        // Not by its path: the build may stand where the user who runs it can't look.
        command.addAll(List.of(python, "-c", Files.readString(Path.of("src", "test", "resources", script))));
        command.addAll(List.of(arguments));
        return fleet.program(script, command, Map.of());
    }
}
