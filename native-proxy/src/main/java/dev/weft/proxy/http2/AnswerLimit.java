package dev.weft.proxy.http2;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose peer makes us answer settings, pings and what is wrong with its streams, and doesn't read the answers
 * (CVE-2019-9512, CVE-2019-9514, CVE-2019-9515). Netty's own is not to be had for a writer of one's own.
 */
final class AnswerLimit extends DecoratingHttp2ConnectionEncoder {
    private final int most;
    private @Nullable Http2LifecycleManager connection;
    /** Answers that are not written yet. */
    private int waiting;

    private boolean over;

    private final ChannelFutureListener written = answer -> waiting--;

    /** @param most answers that wait to be written */
    AnswerLimit(Http2ConnectionEncoder encoder, int most) {
        super(encoder);
        this.most = most;
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager manager) {
        connection = manager;
        super.lifecycleManager(manager);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext from, ChannelPromise promise) {
        return super.writeSettingsAck(from, counted(from, promise));
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext from, boolean ack, long data, ChannelPromise promise) {
        return super.writePing(from, ack, data, ack ? counted(from, promise) : promise);
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext from, int id, long error, ChannelPromise promise) {
        return super.writeRstStream(from, id, error, counted(from, promise));
    }

    private ChannelPromise counted(ChannelHandlerContext from, ChannelPromise promise) {
        if (over) {
            return promise;
        }
        if (waiting == most) {
            from.flush(); // they may only not have been tried yet
        }
        if (waiting == most) {
            over = true;
            Objects.requireNonNull(connection)
                    .onError(
                            from,
                            true,
                            Http2Exception.connectionError(
                                    Http2Error.ENHANCE_YOUR_CALM, "%d answers of ours were not read", most));
            from.close();
            return promise;
        }
        waiting++;
        return promise.unvoid().addListener(written);
    }
}
