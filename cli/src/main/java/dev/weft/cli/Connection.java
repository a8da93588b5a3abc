package dev.weft.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A connection over TCP or a unix socket of which no step takes longer than a limit: a peer that has vanished never says
 * so. Every step throws {@link SocketTimeoutException} when it does.
 */
final class Connection implements Link {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration limit;

    private Connection(SocketChannel channel, Duration limit) throws IOException {
        this.channel = channel;
        this.limit = limit;
        selector = Selector.open();
        channel.configureBlocking(false);
        key = channel.register(selector, 0);
    }

    static Connection to(SocketAddress address, Duration limit) throws IOException {
        var connection = new Connection(
                address instanceof UnixDomainSocketAddress
                        ? SocketChannel.open(StandardProtocolFamily.UNIX)
                        : SocketChannel.open(),
                limit);
        try {
            connection.connect(address);
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void connect(SocketAddress address) throws IOException {
        boolean isConnected = channel.connect(address);
        while (!isConnected) {
            await(SelectionKey.OP_CONNECT);
            isConnected = channel.finishConnect();
        }
    }

    private void await(int operation) throws IOException {
        key.interestOps(operation);
        selector.selectedKeys().clear();
        if (selector.select(limit.toMillis()) == 0) {
            throw new SocketTimeoutException("nothing for " + limit.toSeconds() + " s");
        }
    }

    @Override
    public void write(byte[] content) throws IOException {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    @Override
    public InputStream in() {
        return new BufferedInputStream(new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                var bytes = ByteBuffer.wrap(into, offset, length);
                int count = channel.read(bytes);
                while (count == 0) {
                    await(SelectionKey.OP_READ);
                    count = channel.read(bytes);
                }
                return count;
            }
        });
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
