package dev.weft.contract;

import dev.weft.engine.snapshot.Endpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ServerUpgradeCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A server that speaks HTTP/2: in the clear known beforehand or upgraded from HTTP/1.1, over TLS chosen by ALPN. */
public final class Http2Peer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> authorities = new CopyOnWriteArrayList<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();
    private final String says;
    private final @Nullable SSLContext context;
    private final boolean clientCertificate;
    private final boolean refusing;
    private final Channel listener;

    private Http2Peer(String says, @Nullable SSLContext context, boolean clientCertificate, boolean refusing) {
        this.refusing = refusing;
        this.says = says;
        this.context = context;
        this.clientCertificate = clientCertificate;
        this.listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel.pipeline());
                    }
                })
                .bind(Peer.loopback(), 0)
                .syncUninterruptibly()
                .channel();
    }

    static Http2Peer plain(String says) {
        return new Http2Peer(says, null, false, false);
    }

    /** Refuses the stream of each request that has a body, as soon as some of it has come. */
    public static Http2Peer refusingBodies(String says) {
        return new Http2Peer(says, null, false, true);
    }

    static Http2Peer tls(String says, SSLContext context, boolean clientCertificate) {
        return new Http2Peer(says, context, clientCertificate, false);
    }

    public Endpoint endpoint() {
        return Endpoint.of((InetSocketAddress) listener.localAddress());
    }

    int accepted() {
        return accepted.get();
    }

    /** How many requests came over HTTP/2. */
    int streams() {
        return authorities.size();
    }

    /** The {@code :authority} of each request. */
    List<String> authorities() {
        return authorities;
    }

    /** Every {@code traceparent} that came. */
    List<String> traces() {
        return traces;
    }

    private void accept(ChannelPipeline pipeline) {
        accepted.incrementAndGet();
        if (context == null) {
            var http1 = new HttpServerCodec();
            var upgrade = new HttpServerUpgradeHandler(
                    http1,
                    protocol -> new Http2ServerUpgradeCodec(
                            Http2FrameCodecBuilder.forServer().build(), new Http2MultiplexHandler(new Answering())),
                    1 << 16);
            pipeline.addLast(new CleartextHttp2ServerUpgradeHandler(http1, upgrade, new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                            .addLast(
                                    Http2FrameCodecBuilder.forServer().build(),
                                    new Http2MultiplexHandler(new Answering()));
                }
            }));
            return;
        }
        SSLEngine engine = context.createSSLEngine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(clientCertificate);
        pipeline.addLast(
                new SslHandler(engine),
                Http2FrameCodecBuilder.forServer().build(),
                new Http2MultiplexHandler(new Answering()));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what is still open ends with the loops
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully();
    }

    private final class Answering extends ChannelInboundHandlerAdapter {
        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // a client that is gone needs no answer
        public void channelRead(ChannelHandlerContext stream, Object frame) {
            try {
                if (frame instanceof Http2HeadersFrame head) {
                    authorities.add(String.valueOf(head.headers().authority()));
                    head.headers().getAll("traceparent").forEach(trace -> traces.add(trace.toString()));
                }
                if (refusing && frame instanceof Http2DataFrame) {
                    stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
                    return;
                }
                boolean whole = (frame instanceof Http2HeadersFrame head && head.isEndStream())
                        || (frame instanceof Http2DataFrame data && data.isEndStream());
                if (whole) {
                    var body = Unpooled.copiedBuffer(says, StandardCharsets.UTF_8);
                    stream.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                    stream.writeAndFlush(new DefaultHttp2DataFrame(body, true));
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }
    }
}
