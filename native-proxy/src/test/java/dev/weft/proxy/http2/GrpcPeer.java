package dev.weft.proxy.http2;

import dev.weft.proxy.Octets;
import io.grpc.Attributes;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of grpc-java with a method of each kind; what it is asked decides what it does. */
final class GrpcPeer implements AutoCloseable {
    static final Metadata.Key<String> SAID = Metadata.Key.of("x-said", Metadata.ASCII_STRING_MARSHALLER);

    static final MethodDescriptor<byte[], byte[]> UNARY = method("unary", MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> UPLOAD = method("upload", MethodType.CLIENT_STREAMING);
    static final MethodDescriptor<byte[], byte[]> DOWNLOAD = method("download", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<byte[], byte[]> BOTH = method("both", MethodType.BIDI_STREAMING);

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch silent = new CountDownLatch(1);
    private final Server server;

    GrpcPeer() throws IOException {
        this(Integer.MAX_VALUE);
    }

    /** @param streams that one connection may have at once */
    GrpcPeer(int streams) throws IOException {
        ServerServiceDefinition service = ServerServiceDefinition.builder("shop")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                .addMethod(UPLOAD, ServerCalls.asyncClientStreamingCall(this::upload))
                .addMethod(DOWNLOAD, ServerCalls.asyncServerStreamingCall(this::download))
                .addMethod(BOTH, ServerCalls.asyncBidiStreamingCall(GrpcPeer::both))
                .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxConcurrentCallsPerConnection(streams)
                .addService(ServerInterceptors.intercept(service, new Echo()))
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes attributes) {
                        connections.incrementAndGet();
                        return attributes;
                    }
                })
                .build()
                .start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    void drain() {
        server.shutdown();
    }

    private void unary(byte[] asked, StreamObserver<byte[]> answer) {
        String text = new String(asked, StandardCharsets.UTF_8);
        int call = calls.incrementAndGet();
        if (text.startsWith("fail ")) {
            answer.onError(Status.fromCodeValue(Integer.parseInt(text.substring(5)))
                    .withDescription("as asked: 100 %")
                    .asRuntimeException());
        } else if (text.equals("first fails") && call == 1) {
            answer.onError(Status.UNAVAILABLE.asRuntimeException());
        } else if (text.equals("silence")) {
            ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown);
            silent.countDown();
        } else {
            answer.onNext(asked);
            answer.onCompleted();
        }
    }

    private StreamObserver<byte[]> upload(StreamObserver<byte[]> answer) {
        return new StreamObserver<>() {
            private long octets;

            @Override
            public void onNext(byte[] part) {
                octets += part.length;
            }

            @Override
            public void onError(Throwable failure) {
                cancelled.countDown();
            }

            @Override
            public void onCompleted() {
                answer.onNext(Long.toString(octets).getBytes(StandardCharsets.UTF_8));
                answer.onCompleted();
            }
        };
    }

    private void download(byte[] asked, StreamObserver<byte[]> answer) {
        ServerCallStreamObserver<byte[]> to = (ServerCallStreamObserver<byte[]>) answer;
        int parts = Integer.parseInt(new String(asked, StandardCharsets.UTF_8));
        to.setOnReadyHandler(new Runnable() {
            private int sent;

            @Override
            public void run() {
                while (to.isReady() && sent < parts) {
                    sent++;
                    calls.set(sent);
                    to.onNext(new byte[10_000]);
                    if (sent == parts) {
                        to.onCompleted();
                    }
                }
            }
        });
    }

    private static StreamObserver<byte[]> both(StreamObserver<byte[]> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] part) {
                answer.onNext(part);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    /** Says in the trailers what the request's headers said. */
    private static final class Echo implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            String said = headers.get(SAID);
            return next.startCall(
                    new ForwardingServerCall.SimpleForwardingServerCall<A, B>(call) {
                        @Override
                        public void close(Status status, Metadata trailers) {
                            if (said != null) {
                                trailers.put(SAID, said);
                            }
                            super.close(status, trailers);
                        }
                    },
                    headers);
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName("shop/" + name)
                .setRequestMarshaller(Octets.AS_THEY_ARE)
                .setResponseMarshaller(Octets.AS_THEY_ARE)
                .build();
    }

    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination(); // until then the port may still take one
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
