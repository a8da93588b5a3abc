package dev.weft.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A server that gives one fixed answer, byte for byte, to one request, and keeps what it was asked. */
final class Answering implements AutoCloseable {
    private final ServerSocketChannel server;
    private final CompletableFuture<String> asked = new CompletableFuture<>();

    private Answering(ServerSocketChannel server, String answer) {
        this.server = server;
        var thread = new Thread(() -> serve(answer), "answering");
        thread.setDaemon(true);
        thread.start();
    }

    static Answering on(@Nullable Path socket, String answer) throws IOException {
        var server = socket == null
                ? ServerSocketChannel.open().bind(new java.net.InetSocketAddress("127.0.0.1", 0))
                : ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        return new Answering(server, answer);
    }

    private void serve(String answer) {
        try (var channel = server.accept()) {
            var bytes = ByteBuffer.allocate(8192);
            var request = "";
            while (!request.endsWith("\r\n\r\n") && channel.read(bytes) >= 0) {
                request = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            }
            channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            asked.complete(request);
        } catch (IOException e) {
            asked.completeExceptionally(e);
        }
    }

    String address() throws IOException {
        return server.getLocalAddress().toString().replaceFirst("^.*/", "");
    }

    String asked() {
        return asked.orTimeout(90, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
