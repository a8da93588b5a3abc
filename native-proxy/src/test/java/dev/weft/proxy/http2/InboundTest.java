package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.identity.PemCertificates;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.Backend;
import dev.weft.proxy.Client;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.InboundTrace;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import dev.weft.proxy.tls.InboundTls;
import dev.weft.proxy.tls.PemFiles;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application is reached in the protocol that its caller speaks, over sockets of the JDK's too. */
class InboundTest {
    private static Listener before(InetSocketAddress application, Loops<Worker> loops) throws IOException {
        return listen(loops, served(application));
    }

    private static Function<Worker, ChannelHandler> served(InetSocketAddress application) {
        InboundTrace trace = new InboundTrace(new Ambient(() -> true));
        return Http2.orHttp1(
                Http1Limits.DEFAULT,
                Http2Limits.DEFAULT,
                Courses.inbound(application, Inbound.NONE, trace),
                () -> false);
    }

    private static Listener listen(Loops<Worker> loops, Function<Worker, ChannelHandler> handlers) throws IOException {
        Listener made = Listener.open(
                loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100, new Traffic(), handlers);
        made.resume();
        return made;
    }

    private static Loops<Worker> loops(Sockets sockets) {
        return new Loops<>(
                sockets,
                1,
                loop -> new Worker(loop, System::nanoTime, new Traffic(), Http2.streams(Http2Limits.DEFAULT)));
    }

    @Test
    void aCallOfGrpcReachesAnApplicationThatSpeaksNothingElse() throws Exception {
        for (Sockets sockets : Sockets.values()) {
            if (sockets == Sockets.EPOLL && Sockets.best() != Sockets.EPOLL) {
                continue;
            }
            try (Loops<Worker> loops = loops(sockets);
                    GrpcPeer application = new GrpcPeer()) {
                Listener listener = before(application.address(), loops);
                ManagedChannel channel = NettyChannelBuilder.forAddress(listener.address())
                        .usePlaintext()
                        .build();
                byte[] answer = ClientCalls.blockingUnaryCall(
                        channel, GrpcPeer.UNARY, CallOptions.DEFAULT, "one".getBytes(StandardCharsets.UTF_8));
                assertEquals("one", new String(answer, StandardCharsets.UTF_8));
                channel.shutdownNow();
                listener.close();
            }
        }
    }

    @Test
    void aClientOfTlsAgreesOnHttp2ByAlpn(@TempDir Path folder) throws Exception {
        PemFiles own = PemFiles.make(folder, "order");
        PemCertificates certificates = new PemCertificates(Map.of("default", own.files()));
        InboundTls tls = new InboundTls(certificates, false, List.of("h2", "http/1.1"), false, 10_000_000_000L);
        try (Loops<Worker> loops = loops(Sockets.best());
                GrpcPeer application = new GrpcPeer()) {
            Function<Worker, ChannelHandler> inTheClear = served(application.address());
            Listener listener = listen(loops, worker -> new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    tls.end(channel, () -> channel.pipeline().addLast(inTheClear.apply(worker)));
                }
            });
            ManagedChannel channel = NettyChannelBuilder.forAddress(listener.address())
                    .overrideAuthority("order")
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(own.chain().toFile())
                            .build())
                    .build();
            byte[] answer = ClientCalls.blockingUnaryCall(
                    channel, GrpcPeer.UNARY, CallOptions.DEFAULT, "one".getBytes(StandardCharsets.UTF_8));
            assertEquals("one", new String(answer, StandardCharsets.UTF_8));
            channel.shutdownNow();
            listener.close();
        }
    }

    @Test
    void aRequestOfHttp1ReachesAnApplicationThatKnowsNoOther() throws Exception {
        try (Loops<Worker> loops = loops(Sockets.best());
                Backend application = new Backend(Backend.always(Backend.ok("one")))) {
            Listener listener = before(application.address(), loops);
            try (Client client = new Client(listener.address())) {
                assertTrue(client.send("GET /x HTTP/1.1\r\nHost: shop\r\n\r\n")
                        .answer()
                        .endsWith("one"));
            }
            listener.close();
        }
    }
}
