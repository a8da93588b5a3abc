package dev.weft.proxy.systemd;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells systemd how this process stands ({@code sd_notify(3)}), where systemd has asked for it. */
public final class Notifier {
    private static final int TRIES = 100;
    private static final long AGAIN_NANOS = 10_000_000;

    private final byte @Nullable [] path;
    private final Consumer<String> warn;

    private Notifier(byte @Nullable [] path, Consumer<String> warn) {
        this.path = path;
        this.warn = warn;
    }

    /**
     * @param warn is told when nobody listens any more, which stops nobody who serves
     * @throws IOException when {@code NOTIFY_SOCKET} is there, and is neither the path of a socket nor the name of one
     *     ({@code @name})
     */
    public static Notifier of(Map<String, String> environment, Consumer<String> warn) throws IOException {
        String said = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (said.isEmpty()) {
            return new Notifier(null, warn);
        }
        if (!Epoll.isAvailable()) {
            throw new IOException(
                    "NOTIFY_SOCKET: systemd is told with epoll's library, which this machine doesn't have");
        }
        byte[] path = said.getBytes(StandardCharsets.UTF_8);
        if (said.length() < 2
                || said.charAt(0) != '/' && said.charAt(0) != '@'
                || path.length > Socket.UDS_SUN_PATH_SIZE) {
            throw new IOException("NOTIFY_SOCKET: '" + said + "' is not the path of a unix socket");
        }
        if (path[0] == '@') {
            path[0] = 0; // unix(7): a name without a file
        }
        return new Notifier(path, warn);
    }

    /** It serves, and is the service's main process from now on, whoever was before. */
    public void ready(long pid) {
        tell("READY=1\nMAINPID=" + pid);
    }

    /** It is about to end. */
    public void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String state) {
        if (path == null) {
            return;
        }
        try {
            if (!send(state.getBytes(StandardCharsets.UTF_8), path)) {
                warn.accept("NOTIFY_SOCKET: nobody reads what is told");
            }
        } catch (IOException failed) {
            warn.accept("NOTIFY_SOCKET: can't be told: " + failed);
        }
    }

    /** In one datagram, which is there when this returns: whoever ends after it ends later for systemd too. */
    private static boolean send(byte[] text, byte[] to) throws IOException {
        ByteBuffer octets = ByteBuffer.allocateDirect(text.length).put(text);
        Socket socket = Socket.newSocketDomainDgram();
        try {
            for (int i = 0; i < TRIES; i++) {
                if (socket.sendToDomainSocket(octets, 0, text.length, to) == text.length) {
                    return true;
                }
                LockSupport.parkNanos(AGAIN_NANOS); // it has more to read than fits
            }
            return false;
        } finally {
            socket.close();
        }
    }
}
