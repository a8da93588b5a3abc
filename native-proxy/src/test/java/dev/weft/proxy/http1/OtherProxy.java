package dev.weft.proxy.http1;

import dev.weft.proxy.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** nginx or HAProxy as the distribution has it, before one server, with what it does when it is told nothing. */
final class OtherProxy implements AutoCloseable {
    private static final int LOOKS = 6000;
    private static final long LOOK_NANOS = 10_000_000;

    private final Process process;
    private final int port;

    private OtherProxy(Path folder, int port, List<String> command) throws IOException {
        this.port = port;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        for (int i = 0; i < LOOKS && process.isAlive(); i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        close();
        throw new IOException(command.get(0) + " doesn't listen: " + Files.readString(folder.resolve("said")));
    }

    static OtherProxy nginx(Path folder, InetSocketAddress server) throws IOException {
        int port = Ports.free();
        StringBuilder temporary = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            temporary.append(kind + "_temp_path " + folder.resolve(kind) + "; ");
        }
        Path file = Files.writeString(
                folder.resolve("nginx.conf"), """
                daemon off; master_process off; worker_processes 1; pid %s/pid; error_log %s/errors;
                events { worker_connections 512; }
                http {
                  access_log off; client_header_timeout 2s; client_body_timeout 2s; %s
                  server {
                    listen 127.0.0.1:%d;
                    location / { proxy_pass http://127.0.0.1:%d; proxy_http_version 1.1; proxy_read_timeout 30s; }
                  }
                }
                """.formatted(folder, folder, temporary, port, server.getPort()));
        return new OtherProxy(folder, port, List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
    }

    static OtherProxy haproxy(Path folder, InetSocketAddress server) throws IOException {
        int port = Ports.free();
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  maxconn 500
                  nbthread 1
                defaults
                  mode http
                  timeout client 2s
                  timeout server 30s
                  timeout connect 30s
                  timeout http-request 2s
                frontend in
                  bind 127.0.0.1:%d
                  default_backend behind
                backend behind
                  server one 127.0.0.1:%d
                """.formatted(port, server.getPort()));
        return new OtherProxy(folder, port, List.of("haproxy", "-db", "-f", file.toString()));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
