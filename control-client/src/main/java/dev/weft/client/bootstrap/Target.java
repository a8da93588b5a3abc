package dev.weft.client.bootstrap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;

/** Where a control plane is: {@code host:port} or {@code unix:///path}. */
public sealed interface Target {
    /** As a URL-like word for logs and for the HTTP/2 authority. */
    String authority();

    /** Asks DNS unless it is {@link #literal}. */
    SocketAddress resolve() throws UnknownHostException;

    /** Whether the address stands there as it is. */
    boolean literal();

    record Tcp(String host, int port) implements Target {
        @Override
        public String authority() {
            return host + ":" + port;
        }

        @Override
        public SocketAddress resolve() throws UnknownHostException {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        }

        @Override
        public boolean literal() {
            for (int i = 0; i < host.length(); i++) {
                char c = host.charAt(i);
                if (c != '.' && (c < '0' || c > '9')) {
                    return host.indexOf(':') >= 0;
                }
            }
            return true;
        }
    }

    record Unix(String path) implements Target {
        @Override
        public String authority() {
            return "localhost";
        }

        @Override
        public SocketAddress resolve() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public boolean literal() {
            return true;
        }
    }

    /**
     * @throws IllegalArgumentException when it is neither; the message says what is expected
     */
    static Target parse(String text) {
        if (text.startsWith("unix:")) {
            String path = text.substring(text.startsWith("unix://") ? 7 : 5);
            if (path.startsWith("/")) {
                return new Unix(path);
            }
        } else {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            int port = colon < 0 ? -1 : port(text.substring(colon + 1));
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (!host.isEmpty() && port > 0) {
                return new Tcp(host, port);
            }
        }
        throw new IllegalArgumentException("control plane '" + text + "' is neither host:port nor unix:///path");
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 65535 ? -1 : port;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
