package dev.weft.control.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.weft.control.etcd.v3.AuthenticateRequest;
import dev.weft.control.etcd.v3.LeaseKeepAliveRequest;
import dev.weft.control.etcd.v3.LeaseKeepAliveResponse;
import dev.weft.control.etcd.v3.RangeRequest;
import dev.weft.control.etcd.v3.RangeResponse;
import dev.weft.control.etcd.v3.WatchCreateRequest;
import dev.weft.control.etcd.v3.WatchRequest;
import dev.weft.control.etcd.v3.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one member of etcd, until something about it fails. A failure is an exception, and
 * the end of it. All but {@link #ask} is called by one thread.
 */
final class Session {
    private static final int PAGE = 1_000;
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    /** So that a member ends a watch when it has lost its leader, instead of being silent. */
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private final Channel channel;
    private final Duration patience;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /** What comes while nobody asks. */
    private sealed interface Signal {
        record Watched(WatchResponse response, Runnable more) implements Signal {}

        record Alive(LeaseKeepAliveResponse response) implements Signal {}

        record Over(Throwable why) implements Signal {}
    }

    /**
     * @param patience with a call; a member that has lost its leader answers none
     * @throws IOException when the user's password can't be read
     */
    Session(Channel connection, Channels channels, Credentials credentials, Duration patience) throws IOException {
        this.patience = patience;
        Metadata headers = new Metadata();
        headers.put(HAS_LEADER, "true");
        if (credentials.user() != null) {
            headers.put(
                    TOKEN,
                    call(
                                    connection,
                                    Rpc.AUTHENTICATE,
                                    AuthenticateRequest.newBuilder()
                                            .setName(credentials.user())
                                            .setPassword(channels.password())
                                            .build())
                            .getToken());
        }
        channel = ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** Asks and waits. */
    <Q extends Message, A extends Message> A call(MethodDescriptor<Q, A> method, Q request) {
        return call(channel, method, request);
    }

    private <Q extends Message, A extends Message> A call(Channel over, MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(over, method, patient(), request);
    }

    private CallOptions patient() {
        return CallOptions.DEFAULT.withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks; from any thread. */
    <Q extends Message, A extends Message> CompletableFuture<A> ask(MethodDescriptor<Q, A> method, Q request) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(channel.newCall(method, patient()), request, new StreamObserver<A>() {
            @Override
            public void onNext(A value) {
                answer.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return answer;
    }

    /**
     * All there is below a prefix, as it was at one revision.
     *
     * @param at the revision; 0 for the latest
     * @param page told of a part of it
     * @return the revision
     */
    long list(String prefix, long at, Consumer<RangeResponse> page) {
        ByteString end = end(prefix);
        ByteString from = ByteString.copyFromUtf8(prefix);
        long revision = at;
        while (true) {
            RangeResponse answer = call(
                    Rpc.RANGE,
                    RangeRequest.newBuilder()
                            .setKey(from)
                            .setRangeEnd(end)
                            .setLimit(PAGE)
                            .setRevision(revision)
                            .build());
            revision = revision == 0 ? answer.getHeader().getRevision() : revision;
            page.accept(answer);
            if (!answer.getMore() || answer.getKvsCount() == 0) {
                return revision;
            }
            // The least key that is greater than the last one.
            from = answer.getKvs(answer.getKvsCount() - 1).getKey().concat(ByteString.copyFrom(new byte[1]));
        }
    }

    private static ByteString end(String prefix) {
        int last = prefix.length() - 1;
        return ByteString.copyFromUtf8(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
    }

    /** From now on {@link #follow} hears of all that changes below a prefix, from a revision on. */
    void watch(String prefix, long revision) {
        ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(Rpc.WATCH, CallOptions.DEFAULT),
                        new ClientResponseObserver<WatchRequest, WatchResponse>() {
                            private @Nullable ClientCallStreamObserver<WatchRequest> call;

                            @Override
                            public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
                                call = requests;
                                requests.disableAutoRequestWithInitial(1); // what is not looked at yet stays with etcd
                            }

                            @Override
                            public void onNext(WatchResponse response) {
                                ClientCallStreamObserver<WatchRequest> from = call;
                                signals.add(new Signal.Watched(response, () -> {
                                    if (from != null) {
                                        from.request(1);
                                    }
                                }));
                            }

                            @Override
                            public void onError(Throwable failure) {
                                signals.add(new Signal.Over(failure));
                            }

                            @Override
                            public void onCompleted() {
                                signals.add(new Signal.Over(new IOException("etcd has ended the watch")));
                            }
                        })
                .onNext(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(prefix))
                                .setRangeEnd(end(prefix))
                                .setStartRevision(revision)
                                .setFragment(true))
                        .build());
    }

    /**
     * Hears what changes, and says every few seconds that we are there, until something fails.
     *
     * @param lease ours
     * @param beat how often that is said; an answer that takes longer is a failure
     */
    void follow(long lease, Duration beat, Consumer<WatchResponse> changes) throws IOException, InterruptedException {
        StreamObserver<LeaseKeepAliveRequest> alive = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(Rpc.KEEP_ALIVE, CallOptions.DEFAULT), new StreamObserver<LeaseKeepAliveResponse>() {
                    @Override
                    public void onNext(LeaseKeepAliveResponse response) {
                        signals.add(new Signal.Alive(response));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        signals.add(new Signal.Over(failure));
                    }

                    @Override
                    public void onCompleted() {
                        signals.add(new Signal.Over(new IOException("etcd has ended the lease's stream")));
                    }
                });
        LeaseKeepAliveRequest here =
                LeaseKeepAliveRequest.newBuilder().setID(lease).build();
        boolean isAnswered = true;
        long next = System.nanoTime();
        while (true) {
            long left = next - System.nanoTime();
            if (left <= 0) {
                if (!isAnswered) {
                    throw new IOException("no answer for " + beat.toMillis() + " ms");
                }
                isAnswered = false;
                alive.onNext(here);
                next = System.nanoTime() + beat.toNanos();
                continue;
            }
            Signal signal = signals.poll(left, TimeUnit.NANOSECONDS);
            if (signal instanceof Signal.Watched watched) {
                if (watched.response().getCanceled()) {
                    throw new IOException(cancelled(watched.response()));
                }
                changes.accept(watched.response());
                watched.more().run();
            } else if (signal instanceof Signal.Alive answer) {
                if (answer.response().getTTL() <= 0) {
                    throw new IOException("our lease has ended");
                }
                isAnswered = true;
            } else if (signal instanceof Signal.Over over) {
                throw new IOException(Failure.text(over.why()), over.why());
            }
        }
    }

    /** It can't be used any more; from any thread. */
    void over(Throwable why) {
        signals.add(new Signal.Over(why));
    }

    private static String cancelled(WatchResponse response) {
        return response.getCompactRevision() > 0
                ? "what happened before revision " + response.getCompactRevision() + " has been compacted"
                : "etcd has ended the watch: " + response.getCancelReason();
    }
}
