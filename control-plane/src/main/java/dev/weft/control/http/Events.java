package dev.weft.control.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** Server-sent events on one connection. */
final class Events implements EventStream {
    private final Channel channel;
    private volatile Runnable whenReady = () -> {};
    private Runnable whenEnded = () -> {};
    private volatile boolean isBegun;
    private volatile boolean isEnded;

    Events(Channel channel) {
        this.channel = channel;
    }

    @Override
    public boolean isReady() {
        return isBegun && !isEnded && channel.isWritable();
    }

    @Override
    public void send(String event, String data) {
        write("event: " + event + "\ndata: " + data + "\n\n");
    }

    @Override
    public void comment() {
        write(":\n\n");
    }

    private void write(String text) {
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void onReady(Runnable task) {
        whenReady = task;
        channel.eventLoop().execute(() -> {
            if (isReady()) {
                task.run();
            }
        });
    }

    @Override
    public void onEnd(Runnable task) {
        channel.eventLoop().execute(() -> {
            if (isEnded) {
                task.run();
            } else {
                whenEnded = task;
            }
        });
    }

    void ready() {
        isBegun = true;
        whenReady.run();
    }

    void ended() {
        if (!isEnded) {
            isEnded = true;
            whenEnded.run();
        }
    }

    @Override
    public void close() {
        if (isReady()) {
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.close(); // an orderly end would wait for ever behind what the client doesn't read
        }
    }
}
