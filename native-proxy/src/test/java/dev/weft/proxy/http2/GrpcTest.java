package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.proxy.Ports;
import dev.weft.proxy.http1.Downstream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients and servers of grpc-java with the proxy between them. */
class GrpcTest {
    private Served proxy;
    private GrpcPeer peer;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        proxy = new Served();
        peer = new GrpcPeer();
        proxy.publish(Protocol.UNSAID, peer.address());
        channel = NettyChannelBuilder.forAddress(proxy.address())
                .overrideAuthority("shop")
                .usePlaintext()
                .build();
    }

    @AfterEach
    void end() {
        channel.shutdownNow();
        peer.close();
        proxy.close();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String unary(String text) {
        return unary(text, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    }

    private String unary(String text, CallOptions options) {
        byte[] answer = ClientCalls.blockingUnaryCall(channel, GrpcPeer.UNARY, options, octets(text));
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Test
    void aUnaryCallIsAnsweredWithItsMetadataAndTrailers() throws Exception {
        Metadata headers = new Metadata();
        headers.put(GrpcPeer.SAID, "hello");
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        byte[] answer = ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(
                        channel,
                        MetadataUtils.newAttachHeadersInterceptor(headers),
                        MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers)),
                GrpcPeer.UNARY,
                CallOptions.DEFAULT,
                octets("one"));
        assertEquals("one", new String(answer, StandardCharsets.UTF_8));
        assertEquals("hello", trailers.get().get(GrpcPeer.SAID));
        assertEquals(new Served.Told("/shop/unary", 1, 0, null), proxy.told());
    }

    @Test
    void aHundredCallsShareTheirConnections() {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String text = "call " + i;
            answers.add(CompletableFuture.supplyAsync(() -> unary(text)));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals("call " + i, answers.get(i).join());
        }
        assertEquals(1, peer.connections.get());
    }

    @Test
    void aStreamOfTheClientIsForwardedWhole() throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        StreamObserver<byte[]> to = ClientCalls.asyncClientStreamingCall(
                channel.newCall(GrpcPeer.UPLOAD, CallOptions.DEFAULT), collecting(answer));
        for (int i = 0; i < 20; i++) {
            to.onNext(new byte[1_000_000]);
        }
        to.onCompleted();
        assertEquals("20000000", answer.get(60, TimeUnit.SECONDS));
    }

    private static StreamObserver<byte[]> collecting(CompletableFuture<String> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] part) {
                answer.complete(new String(part, StandardCharsets.UTF_8));
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        };
    }

    @Test
    void aStreamOfTheServerIsForwardedWhole() {
        Iterator<byte[]> parts = ClientCalls.blockingServerStreamingCall(
                channel, GrpcPeer.DOWNLOAD, CallOptions.DEFAULT, octets("2000"));
        int octets = 0;
        while (parts.hasNext()) {
            octets += parts.next().length;
        }
        assertEquals(20_000_000, octets);
    }

    @Test
    void aServerIsHeldBackByAClientThatDoesNotRead() throws Exception {
        ClientCall<byte[], byte[]> call = channel.newCall(GrpcPeer.DOWNLOAD, CallOptions.DEFAULT);
        BlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();
        CompletableFuture<Status> closed = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] part) {
                        parts.add(part);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());
        call.sendMessage(octets("20000"));
        call.halfClose();
        call.request(1);
        assertNotNull(parts.poll(60, TimeUnit.SECONDS));
        // What others ask meanwhile is answered, though this stream stands still.
        for (int i = 0; i < 50; i++) {
            unary("beside");
        }
        int held = peer.calls.get();
        assertTrue(held < 1000, "of 200 MB the server has sent " + held + " parts of 10,000 bytes");
        call.request(20_000);
        assertEquals(Status.Code.OK, closed.get(180, TimeUnit.SECONDS).getCode());
        assertEquals(19_999, parts.size());
    }

    @Test
    void bothSidesTalkAtOnce() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> to = talking(heard);
        for (int i = 0; i < 100; i++) {
            to.onNext(octets("part " + i));
            assertEquals("part " + i, heard.poll(60, TimeUnit.SECONDS));
        }
        to.onCompleted();
        assertEquals("end", heard.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void anAnswerOfTrailersAloneKeepsItsStatus() throws Exception {
        StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, () -> unary("fail 9"));
        assertEquals(Status.Code.FAILED_PRECONDITION, failure.getStatus().getCode());
        assertEquals("as asked: 100 %", failure.getStatus().getDescription());
        assertEquals(9, proxy.told().code());
    }

    @Test
    void aStatusThatTheRuleNamesIsTriedAgain() throws Exception {
        RetryPolicy retry = new RetryPolicy(
                Set.of(Condition.UNAVAILABLE), Set.of(), 2, Long.MAX_VALUE, 1_000_000, 2_000_000, false);
        Action.Forward plain = Action.Forward.to("shop");
        Action action = new Action.Forward(plain.clusters(), Long.MAX_VALUE, retry, null, List.of(), HeaderEdits.NONE);
        proxy.publish(action, Protocol.UNSAID, peer.address());
        assertEquals("first fails", unary("first fails"));
        assertEquals(2, proxy.told().attempts());
        StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, () -> unary("fail 3"));
        assertEquals(Status.Code.INVALID_ARGUMENT, failure.getStatus().getCode());
        assertEquals(1, proxy.told().attempts());
    }

    @Test
    void aCancelledCallIsCancelledAtTheServer() throws Exception {
        ClientCall<byte[], byte[]> call = channel.newCall(GrpcPeer.UNARY, CallOptions.DEFAULT);
        ClientCalls.asyncUnaryCall(call, octets("silence"), collecting(new CompletableFuture<>()));
        assertTrue(peer.silent.await(60, TimeUnit.SECONDS));
        call.cancel("not wanted any more", null);
        assertTrue(peer.cancelled.await(60, TimeUnit.SECONDS));
    }

    @Test
    void theRoutesTimeIsADeadlineToTheCaller() throws Exception {
        Action action = new Action.Forward(
                Action.Forward.to("shop").clusters(), 200_000_000, null, null, List.of(), HeaderEdits.NONE);
        proxy.publish(action, Protocol.UNSAID, peer.address());
        endsAtTheServerWithItsTime(() -> CallOptions.DEFAULT);
    }

    /** On a machine that is busy its time may be over before the server has heard of it: then another one is made. */
    private void endsAtTheServerWithItsTime(Supplier<CallOptions> options) throws Exception {
        for (int i = 0; i < 50 && peer.cancelled.getCount() > 0; i++) {
            StatusRuntimeException failure =
                    assertThrows(StatusRuntimeException.class, () -> unary("silence", options.get()));
            assertEquals(Status.Code.DEADLINE_EXCEEDED, failure.getStatus().getCode());
            if (peer.cancelled.await(500, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        assertEquals(0, peer.cancelled.getCount(), "the server never heard that a call is over");
    }

    @Test
    void theCallersDeadlineReachesTheServer() throws Exception {
        endsAtTheServerWithItsTime(() -> CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));
    }

    @Test
    void nobodyToAskIsUnavailable() throws Exception {
        proxy.publish(Protocol.UNSAID, Ports.nobody());
        StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, () -> unary("anybody there"));
        assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
        assertTrue(failure.getStatus().getDescription().startsWith("upstream: "), failure.toString());
    }

    @Test
    void moreStreamsThanAConnectionTakesGetMoreConnections() throws Exception {
        try (GrpcPeer narrow = new GrpcPeer(2)) {
            proxy.publish(Protocol.HTTP2, narrow.address());
            List<StreamObserver<byte[]>> open = new ArrayList<>();
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            for (int i = 0; i < 6; i++) {
                StreamObserver<byte[]> to = talking(heard);
                to.onNext(octets("hello"));
                open.add(to);
            }
            for (int i = 0; i < 6; i++) {
                assertEquals("hello", heard.poll(60, TimeUnit.SECONDS));
            }
            assertEquals(3, narrow.connections.get());
            open.forEach(StreamObserver::onCompleted);
        }
    }

    /** A call of both kinds that is under way; what it hears. */
    private StreamObserver<byte[]> talking(BlockingQueue<String> heard) {
        return ClientCalls.asyncBidiStreamingCall(
                channel.newCall(GrpcPeer.BOTH, CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] part) {
                        heard.add(new String(part, StandardCharsets.UTF_8));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        heard.add(failure.toString());
                    }

                    @Override
                    public void onCompleted() {
                        heard.add("end");
                    }
                });
    }

    @Test
    void aServerThatLeavesEndsItsStreamsAndGetsNoMore() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> to = talking(heard);
        to.onNext(octets("one"));
        assertEquals("one", heard.poll(60, TimeUnit.SECONDS));
        peer.drain();
        // Until it has been heard that it leaves, it is asked.
        StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, () -> {
            while (true) {
                unary("more");
            }
        });
        assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
        to.onNext(octets("two"));
        assertEquals("two", heard.poll(60, TimeUnit.SECONDS));
        to.onCompleted();
        assertEquals("end", heard.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void aProxyThatLeavesLetsStreamsEnd() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<byte[]> to = talking(heard);
        to.onNext(octets("one"));
        assertEquals("one", heard.poll(60, TimeUnit.SECONDS));
        proxy.draining.set(true);
        proxy.listener.drain(Downstream.DRAIN);
        to.onNext(octets("two"));
        assertEquals("two", heard.poll(60, TimeUnit.SECONDS));
        to.onCompleted();
        assertEquals("end", heard.poll(60, TimeUnit.SECONDS));
        assertTrue(proxy.listener.await(60_000), "the connection has ended");
    }
}
