package dev.weft.agent.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;

/** Who is at the other end of a unix socket. */
final class Peer {
    private Peer() {}

    /** Whether it is the user that the socket's file, and so this process, belongs to. */
    static boolean isOwnerOf(Path socket, SocketChannel channel) {
        try {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(Files.getOwner(socket));
        } catch (IOException | UnsupportedOperationException | LinkageError e) {
            return false; // not told, or a runtime image without jdk.net: the token decides
        }
    }
}
