package dev.weft.proxy.dns;

import dev.weft.proxy.address.Connecting;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * One question to one server: over UDP, and over TCP when the answer was cut or when somebody seems to guess.
 *
 * <p>A forger has to hit the id and the port (RFC 5452): each attempt draws a new id and has a socket, and so a
 * port, of its own. The socket is connected, so the kernel drops what comes from any other address, and tells
 * when nobody listens there.
 */
final class Attempt {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** After so many answers that don't fit, only TCP can be believed. */
    private static final int MOST_WRONG = 8;

    private final Query query;
    private final InetSocketAddress server;
    private final EventLoop loop;
    private final Time time;
    private final Counts counts;
    private final Outcome outcome;

    private Request request;
    private int wrong;
    /** Without EDNS, for a server that doesn't know it. */
    private boolean isPlain;

    private @Nullable Channel channel;
    private @Nullable ForwardedAnswer cut;
    private boolean isDone;

    /** Called once, on the event loop. */
    interface Outcome {
        void answered(Attempt attempt, ForwardedAnswer answer);

        void failed(Attempt attempt);
    }

    Attempt(Query query, InetSocketAddress server, EventLoop loop, Time time, Counts counts, Outcome outcome) {
        this.query = query;
        this.server = server;
        this.loop = loop;
        this.time = time;
        this.counts = counts;
        this.outcome = outcome;
        this.request = new Request(query, RANDOM.nextInt(1 << 16), false);
    }

    InetSocketAddress server() {
        return server;
    }

    void start() {
        request = new Request(query, RANDOM.nextInt(1 << 16), isPlain);
        var bootstrap = new Bootstrap()
                .group(loop)
                .channel(Transport.of(loop).datagram())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(4096))
                .handler(new Receiver(true));
        opened(bootstrap.connect(server), Unpooled.wrappedBuffer(request.message()));
    }

    private void startTcp() {
        counts.add(DnsEvent.TCP);
        close(channel);
        request = new Request(query, RANDOM.nextInt(1 << 16), isPlain);
        byte[] message = request.message();
        var bootstrap = new Bootstrap()
                .group(loop)
                .channel(Transport.of(loop).stream())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline().addLast(new LengthFieldBasedFrameDecoder(Wire.MOST + 2, 0, 2, 0, 2));
                        fresh.pipeline().addLast(new Receiver(false));
                    }
                });
        opened(
                bootstrap.connect(server),
                Unpooled.buffer(message.length + 2).writeShort(message.length).writeBytes(message));
    }

    private void opened(ChannelFuture connecting, ByteBuf message) {
        channel = connecting.channel();
        Connecting.whenOver(connecting, loop, done -> connected(done, message));
    }

    private void connected(ChannelFuture connecting, ByteBuf message) {
        if (!connecting.isSuccess() || isDone) {
            message.release();
            failed(connecting.channel());
            return;
        }
        connecting.channel().writeAndFlush(message).addListener(sent -> {
            if (!sent.isSuccess()) {
                failed(connecting.channel());
            }
        });
    }

    private void received(ByteBuf content, boolean isDatagram) {
        byte[] message = ByteBufUtil.getBytes(content);
        if (!request.fits(message)) {
            counts.add(DnsEvent.WRONG_ANSWER);
            if (!isDatagram) {
                failed(channel);
            } else if (++wrong >= MOST_WRONG) {
                startTcp();
            }
            return;
        }
        try {
            if (Wire.u16(message, 4) == 0) {
                refused(Wire.u16(message, 2) & 0xF);
                return;
            }
            var answer = ForwardedAnswer.read(message, query.name(), query.type(), time.nanos());
            if (isDatagram && answer.isTruncated()) {
                cut = answer;
                startTcp();
            } else if (!isPlain && isUnknowingOfEdns(answer.rcode())) {
                refused(answer.rcode());
            } else {
                end();
                outcome.answered(this, answer);
            }
        } catch (Malformed e) {
            counts.add(DnsEvent.WRONG_ANSWER);
            failed(channel);
        }
    }

    private static boolean isUnknowingOfEdns(int rcode) {
        return rcode == Wire.FORMERR || rcode == Wire.NOTIMP || rcode == Wire.BADVERS;
    }

    private void refused(int rcode) {
        if (!isPlain && isUnknowingOfEdns(rcode)) {
            isPlain = true;
            close(channel);
            start();
        } else {
            failed(channel);
        }
    }

    /** What an older channel still says doesn't count. */
    private void failed(@Nullable Channel at) {
        if (isDone || at != channel) {
            return;
        }
        end();
        if (cut != null) {
            outcome.answered(this, cut); // the client may have more luck with TCP
        } else {
            outcome.failed(this);
        }
    }

    /** No outcome any more. */
    void end() {
        isDone = true;
        close(channel);
    }

    private static void close(@Nullable Channel channel) {
        if (channel != null) {
            channel.close();
        }
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {
        private final boolean isDatagram;

        Receiver(boolean isDatagram) {
            this.isDatagram = isDatagram;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (!isDone && ctx.channel() == channel) {
                    var content = message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message;
                    received(content, isDatagram);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            failed(ctx.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failed(ctx.channel()); // over UDP mostly: port unreachable
        }
    }
}
