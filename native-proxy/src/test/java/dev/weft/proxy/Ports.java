package dev.weft.proxy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for those who open them later. */
public final class Ports {
    /** Below those which systems give away themselves: one of these might be somebody else's by then. */
    private static final int FIRST = 15_000;

    private static final int END = 32_000;

    private Ports() {}

    /** One on which nobody listens now. */
    public static int free() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }
}
