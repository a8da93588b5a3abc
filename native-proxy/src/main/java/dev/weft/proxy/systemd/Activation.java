package dev.weft.proxy.systemd;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sockets that systemd listens at for this process ({@code sd_listen_fds(3)}). */
public final class Activation {
    private static final int FIRST = 3;
    private static final int MOST = 255;

    /** {@code O_NONBLOCK}, the same on all machines that we have a library for. */
    private static final int NONBLOCK = 0x800;

    // socket(7)
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private Activation() {}

    /**
     * None where the variables are not there, or are those of a parent.
     *
     * @param pid of this process
     * @throws IOException when one is of no use here; it says which and why
     */
    public static List<FileDescriptor> sockets(Map<String, String> environment, long pid) throws IOException {
        return sockets(environment, pid, FIRST);
    }

    static List<FileDescriptor> sockets(Map<String, String> environment, long pid, int first) throws IOException {
        String said = environment.getOrDefault("LISTEN_FDS", "");
        if (said.isEmpty() || !environment.getOrDefault("LISTEN_PID", "").equals(String.valueOf(pid))) {
            return List.of();
        }
        if (!Epoll.isAvailable()) {
            throw new IOException("LISTEN_FDS: sockets of systemd take epoll, which this machine doesn't have");
        }
        int count = said.matches("[0-9]{1,3}") ? Integer.parseInt(said) : MOST + 1;
        if (count > MOST) {
            throw new IOException("LISTEN_FDS: '" + said + "' is no number of sockets");
        }
        List<FileDescriptor> all = new ArrayList<>();
        for (int descriptor = first; descriptor < first + count; descriptor++) {
            all.add(socket(descriptor));
        }
        return all;
    }

    private static Socket socket(int descriptor) throws IOException {
        Socket socket = listening(descriptor);
        if (socket == null) {
            throw new IOException(
                    "LISTEN_FDS: descriptor " + descriptor + " is no socket of TCP that listens" + " (ListenStream=)");
        }
        if ((flags(descriptor) & NONBLOCK) == 0) {
            // Whoever is late to accept from it, because another process was there first, would stand still with its
            // loop.
            throw new IOException("LISTEN_FDS: the socket at " + socket.localAddress()
                    + " is one that blocks: the service needs NonBlocking=true");
        }
        return socket;
    }

    private static @Nullable Socket listening(int descriptor) {
        try {
            Socket socket = new Socket(descriptor);
            int domain = socket.getIntOpt(SOL_SOCKET, SO_DOMAIN);
            return (domain == AF_INET || domain == AF_INET6) && socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 1
                    ? socket
                    : null;
        } catch (IOException | ChannelException none) {
            return null;
        }
    }

    /** What {@code fcntl(2)} would answer. */
    private static int flags(int descriptor) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo", String.valueOf(descriptor)))) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
            }
        }
        throw new IOException("the kernel tells no flags of descriptor " + descriptor);
    }
}
