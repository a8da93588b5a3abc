package dev.weft.agent.admin;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A unix socket's file that a process which is no more has left behind. */
final class Stale {
    private Stale() {}

    /** Removes it; one that is in use, or is something else, stays and is refused. */
    static void remove(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(socket, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(socket)) {
            throw new BindException(socket + " is there and is not a socket");
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            throw new BindException(socket + " is in use");
        } catch (ConnectException nobody) {
            Files.deleteIfExists(socket);
        }
    }
}
