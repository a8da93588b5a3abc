package dev.weft.proxy.http2;

import dev.weft.proxy.http1.HeadLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Netty's state machine of a connection, which reads and writes frames: below the level of an object for each stream. */
final class Codec extends Http2ConnectionHandler {
    private static final int LEAST_WINDOW = 65_535;

    /** Answers to a peer's settings and pings that it doesn't read (CVE-2019-9512, CVE-2019-9515). */
    private static final int MOST_QUEUED = 1000;

    private static final int MOST_EMPTY = 2;
    private static final int MOST_SMALL_CONTINUATIONS = 16;

    private final Consumer<Http2Error> wronged;

    private Codec(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Consumer<Http2Error> wronged) {
        super(decoder, encoder, settings, true);
        this.wronged = wronged;
    }

    /**
     * @param gathering stands before it in the pipeline
     * @param wronged is told why when a client makes us reset a stream (CVE-2025-55163)
     */
    static Codec server(
            Http2Limits limits,
            HeadLimits head,
            Http2FrameListener frames,
            Gathering gathering,
            Consumer<Http2Error> wronged) {
        Http2Settings settings = settings(limits, head).maxConcurrentStreams(limits.streams());
        return new Builder(true, settings, frames, gathering, wronged).build();
    }

    /** @param gathering stands before it in the pipeline */
    static Codec client(Http2Limits limits, HeadLimits head, Http2FrameListener frames, Gathering gathering) {
        return new Builder(false, settings(limits, head).pushEnabled(false), frames, gathering, error -> {}).build();
    }

    private static Http2Settings settings(Http2Limits limits, HeadLimits head) {
        return new Http2Settings().initialWindowSize(limits.streamWindow()).maxHeaderListSize(head.octets());
    }

    /** To be called when the connection is open and has greeted. */
    void widen(int connectionWindow) throws Http2Exception {
        connection()
                .local()
                .flowController()
                .incrementWindowSize(connection().connectionStream(), connectionWindow - LEAST_WINDOW);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext from, boolean outbound, Throwable cause, Http2Exception.StreamException failure) {
        if (!outbound) {
            wronged.accept(failure.error());
        }
        super.onStreamError(from, outbound, cause, failure);
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Codec, Builder> {
        private final Consumer<Http2Error> wronged;

        Builder(
                boolean server,
                Http2Settings settings,
                Http2FrameListener frames,
                Gathering gathering,
                Consumer<Http2Error> wronged) {
            this.wronged = wronged;
            Http2Connection connection = connectionOf(server);
            Http2ConnectionEncoder encoder = new AnswerLimit(
                    new DefaultHttp2ConnectionEncoder(
                            connection, new FrameWriter(new DefaultHttp2HeadersEncoder(), gathering)),
                    MOST_QUEUED);
            Http2FrameReader reader = new DefaultHttp2FrameReader(
                    new DefaultHttp2HeadersDecoder(true, settings.maxHeaderListSize()), MOST_SMALL_CONTINUATIONS);
            initialSettings(settings);
            frameListener(frames);
            decoderEnforceMaxConsecutiveEmptyDataFrames(MOST_EMPTY);
            // Resets are judged by what was done beside them, see Patience: callers with short deadlines send many.
            decoderEnforceMaxRstFramesPerWindow(0, 0);
            codec(new DefaultHttp2ConnectionDecoder(connection, encoder, reader), encoder);
        }

        /** Streams take turns: a tree of priorities costs each of them more, and nobody is promised any. */
        private static Http2Connection connectionOf(boolean server) {
            Http2Connection connection = new DefaultHttp2Connection(server);
            connection
                    .remote()
                    .flowController(new DefaultHttp2RemoteFlowController(
                            connection, new UniformStreamByteDistributor(connection)));
            return connection;
        }

        @Override
        protected Codec build() {
            return super.build();
        }

        @Override
        protected Codec build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, @Nullable Http2Settings settings) {
            return new Codec(decoder, encoder, settings == null ? new Http2Settings() : settings, wronged);
        }
    }
}
