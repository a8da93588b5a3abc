package dev.weft.client.bootstrap;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Where a control plane is: {@code host:port} or {@code unix:///path}, also as gRPC writes them. */
public sealed interface Target {
    /** As a URL-like word for logs and for the HTTP/2 authority. */
    String authority();

    /** All addresses, at least one. May ask DNS. */
    List<SocketAddress> resolve(Lookup lookup) throws UnknownHostException;

    /** {@link InetAddress#getAllByName}. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    record Tcp(String host, int port) implements Target {
        @Override
        public String authority() {
            return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
        }

        @Override
        public List<SocketAddress> resolve(Lookup lookup) throws UnknownHostException {
            List<SocketAddress> all = new ArrayList<>();
            for (InetAddress address : lookup.of(host)) {
                all.add(new InetSocketAddress(address, port));
            }
            return all;
        }
    }

    record Unix(String path) implements Target {
        @Override
        public String authority() {
            return "localhost";
        }

        @Override
        public List<SocketAddress> resolve(Lookup lookup) {
            return List.of(UnixDomainSocketAddress.of(path));
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
            String name = withoutScheme(text);
            int colon = name.lastIndexOf(':');
            String host = colon < 0 ? "" : name.substring(0, colon);
            int port = colon < 0 ? -1 : port(name.substring(colon + 1));
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (!host.isEmpty() && port > 0 && host.indexOf('/') < 0) {
                return new Tcp(host, port);
            }
        }
        throw new IllegalArgumentException("control plane '" + text + "' is neither host:port nor unix:///path");
    }

    /** {@code dns:///host:port} and {@code dns:host:port} mean {@code host:port}. */
    private static String withoutScheme(String text) {
        for (String scheme : new String[] {"dns:///", "dns:", "passthrough:///"}) {
            if (text.startsWith(scheme) && text.lastIndexOf(':') >= scheme.length()) {
                return text.substring(scheme.length());
            }
        }
        return text;
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
