package dev.weft.proxy.http2;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks HTTP/2 alone, and sends back the body that it gets, with what the request's trailers said in its own.
 * {@code /reset} and {@code /refuse} reset the stream, {@code /half} does so in the middle of the answer, {@code /early}
 * answers before the body is there, {@code /full} refuses the stream once it has 150 bytes, {@code /hints} says something before, {@code /lies} and {@code /nothing} have another
 * body than they say.
 */
final class Http2Backend implements AutoCloseable {
    final List<Http2Headers> heads = new CopyOnWriteArrayList<>();
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;

    Http2Backend() {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer().build(), new Streams());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Streams extends ChannelInboundHandlerAdapter {
        private final Map<Http2FrameStream, ByteBuf> bodies = new HashMap<>();
        private @Nullable Http2FrameStream full;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2HeadersFrame frame) {
                if (bodies.containsKey(frame.stream())) {
                    answer(context, frame.stream(), frame.headers().get("x-trailer"));
                    return;
                }
                heads.add(frame.headers());
                bodies.put(frame.stream(), Unpooled.buffer());
                begun(context, frame);
            } else if (message instanceof Http2DataFrame frame) {
                ByteBuf body = bodies.get(frame.stream());
                if (body != null) {
                    body.writeBytes(frame.content());
                }
                int octets = frame.initialFlowControlledBytes();
                boolean last = frame.isEndStream();
                Http2FrameStream stream = frame.stream();
                frame.release();
                context.write(new DefaultHttp2WindowUpdateFrame(octets).stream(stream));
                if (body != null && stream == full && body.readableBytes() >= 150) {
                    bodies.remove(stream).release();
                    reset(context, stream, Http2Error.REFUSED_STREAM);
                } else if (last && body != null) {
                    answer(context, stream, null);
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        private void begun(ChannelHandlerContext context, Http2HeadersFrame frame) {
            Http2FrameStream stream = frame.stream();
            switch (frame.headers().path().toString()) {
                case "/reset" -> reset(context, stream, Http2Error.INTERNAL_ERROR);
                case "/refuse" -> reset(context, stream, Http2Error.REFUSED_STREAM);
                case "/half" -> {
                    head(context, stream, "200", false);
                    context.write(new DefaultHttp2DataFrame(text("half")).stream(stream));
                    reset(context, stream, Http2Error.INTERNAL_ERROR);
                }
                case "/early" -> {
                    bodies.remove(stream);
                    head(context, stream, "413", true);
                }
                case "/full" -> full = stream;
                case "/hints" -> {
                    head(context, stream, "103", false);
                    answer(context, stream, null);
                }
                case "/lies" -> {
                    Http2Headers fields =
                            new DefaultHttp2Headers().status("200").add("content-length", "5");
                    context.writeAndFlush(new DefaultHttp2HeadersFrame(fields, true).stream(stream));
                }
                case "/nothing" -> {
                    head(context, stream, "204", false);
                    context.writeAndFlush(new DefaultHttp2DataFrame(text("HTTP/1.1 200 \r\n"), true).stream(stream));
                }
                default -> {
                    if (frame.isEndStream()) {
                        answer(context, stream, null);
                    }
                }
            }
        }

        private void reset(ChannelHandlerContext context, Http2FrameStream stream, Http2Error error) {
            context.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
        }

        private void head(ChannelHandlerContext context, Http2FrameStream stream, String status, boolean last) {
            Http2Headers fields = new DefaultHttp2Headers().status(status).add("x-backend", "two");
            context.writeAndFlush(new DefaultHttp2HeadersFrame(fields, last).stream(stream));
        }

        private void answer(ChannelHandlerContext context, Http2FrameStream stream, CharSequence trailer) {
            ByteBuf body = bodies.remove(stream);
            head(context, stream, "200", false);
            context.write(new DefaultHttp2DataFrame(body, trailer == null).stream(stream));
            if (trailer != null) {
                Http2Headers trailers = new DefaultHttp2Headers().add("x-trailer", trailer);
                context.write(new DefaultHttp2HeadersFrame(trailers, true).stream(stream));
            }
            context.flush();
        }

        private ByteBuf text(String text) {
            return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        }
    }
}
