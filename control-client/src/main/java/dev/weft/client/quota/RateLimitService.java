package dev.weft.client.quota;

import dev.weft.client.ads.Channels;
import dev.weft.client.ads.Connection;
import dev.weft.client.ads.Raw;
import dev.weft.client.wire.Malformed;
import dev.weft.client.wire.Message;
import dev.weft.client.wire.Writer;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.Transport;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.handler.ssl.SslContext;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks rate limit services (Envoy: {@code envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit}). Everything is
 * called, and calls back, on one thread. A question that can't be answered is answered too, with the reason.
 */
public final class RateLimitService {
    /** Bytes. */
    public static final int LARGEST = 1 << 20;

    /** No answer is waited for longer: a service that never gives one must not be remembered for ever. */
    static final long LONGEST_NANOS = 60_000_000_000L;

    /** Questions that are under way; one more is not asked. */
    private static final int MOST = 10_000;

    private static final int OVER_LIMIT = 2;

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final MethodDescriptor<byte[], byte[]> SHOULD_RATE_LIMIT =
            MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit")
                    .setRequestMarshaller(Raw.BYTES)
                    .setResponseMarshaller(Raw.BYTES)
                    .build();

    private final Function<Connection, ManagedChannel> open;
    private final Map<String, Service> services = new HashMap<>();
    private final int most;
    private int underWay;
    private int turn;

    /** @param tls null for plaintext */
    private record Service(Cluster cluster, @Nullable SslContext tls, Map<SocketAddress, ManagedChannel> channels) {}

    /** @param open makes a channel, as {@link Channels} does */
    public RateLimitService(Function<Connection, ManagedChannel> open) {
        this(open, MOST);
    }

    /** @param most questions that are under way at once */
    RateLimitService(Function<Connection, ManagedChannel> open, int most) {
        this.open = open;
        this.most = most;
    }

    /**
     * @param waited nanoseconds since the call asked; the service has what is left of the question's time
     * @param cluster of the service; null where it is not known
     * @param token shown as a bearer where the connection is secured; null for none
     */
    public void ask(
            Question.Quota question,
            long waited,
            @Nullable Cluster cluster,
            @Nullable String token,
            Consumer<Answer> answer) {
        String name = "rate limit service " + question.cluster();
        long left = Math.min(question.timeoutNanos(), LONGEST_NANOS) - waited;
        if (left <= 0) {
            answer.accept(new Answer.Failed(name + ": the time for it was over before it was asked"));
            return;
        }
        if (underWay >= most) {
            answer.accept(new Answer.Failed(name + ": " + most + " questions are under way"));
            return;
        }
        if (cluster == null) {
            answer.accept(new Answer.Failed(name + ": its cluster is not known"));
            return;
        }
        if (cluster.transport() instanceof Transport.Unavailable missing) {
            answer.accept(new Answer.Failed(name + ": TLS is required and can't be had: " + missing.why()));
            return;
        }
        var addresses = addresses(cluster);
        if (addresses.isEmpty()) {
            answer.accept(new Answer.Failed(name + ": its cluster has no endpoint"));
            return;
        }
        var address = addresses.get(Math.floorMod(turn++, addresses.size()));
        var service = service(cluster);
        var channel = service.channels.computeIfAbsent(
                address, to -> open.apply(new Connection(to, question.cluster(), service.tls, null)));
        var call =
                channel.newCall(SHOULD_RATE_LIMIT, CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS));
        var headers = new Metadata();
        if (token != null && service.tls != null) {
            headers.put(AUTHORIZATION, "Bearer " + token);
        }
        underWay++;
        call.start(
                new Listener(name, said -> {
                    underWay--;
                    answer.accept(said);
                }),
                headers);
        call.request(2); // a second answer, which must not be, ends the call instead of lingering
        call.sendMessage(request(question));
        call.halfClose();
    }

    /** Those that are healthy, else all. */
    private static List<SocketAddress> addresses(Cluster cluster) {
        List<SocketAddress> all = new ArrayList<>();
        List<SocketAddress> healthy = new ArrayList<>();
        for (Endpoint endpoint : cluster.endpoints()) {
            all.add(endpoint.address());
            if (endpoint.health() == Health.HEALTHY) {
                healthy.add(endpoint.address());
            }
        }
        return healthy.isEmpty() ? all : healthy;
    }

    /** A service with its channels; those to addresses that it has no more, or secured in another way, are ended. */
    private Service service(Cluster cluster) {
        Service known = services.get(cluster.name());
        if (known != null && known.cluster == cluster) {
            return known;
        }
        Service same = known != null && known.cluster.transport().equals(cluster.transport()) ? known : null;
        SslContext tls = same == null ? tls(cluster.transport()) : same.tls;
        Map<SocketAddress, ManagedChannel> kept = new HashMap<>();
        if (known != null) {
            kept.putAll(known.channels);
            var used = cluster.endpoints().stream().map(Endpoint::address).collect(Collectors.toSet());
            kept.entrySet().removeIf(entry -> {
                boolean gone = same == null || !used.contains(entry.getKey());
                if (gone) {
                    entry.getValue().shutdown();
                }
                return gone;
            });
        }
        var service = new Service(cluster, tls, kept);
        services.put(cluster.name(), service);
        return service;
    }

    private static @Nullable SslContext tls(Transport transport) {
        return transport instanceof Transport.Tls tls ? new ServiceTls(tls) : null;
    }

    /** Lets go of services whose clusters are not followed any more. */
    public void keep(Predicate<String> followed) {
        services.entrySet().removeIf(entry -> {
            boolean gone = !followed.test(entry.getKey());
            if (gone) {
                entry.getValue().channels.values().forEach(ManagedChannel::shutdown);
            }
            return gone;
        });
    }

    public void close() {
        services.values().forEach(service -> service.channels.values().forEach(ManagedChannel::shutdownNow));
        services.clear();
    }

    private static byte[] request(Question.Quota question) {
        var request = new Writer().string(1, question.domain());
        for (List<Entry> entries : question.descriptors()) {
            var descriptor = new Writer();
            for (Entry entry : entries) {
                descriptor.message(1, new Writer().string(1, entry.key()).string(2, entry.value()));
            }
            request.message(2, descriptor);
        }
        return request.toBytes();
    }

    private static Answer read(byte[] bytes, String name) {
        try {
            var response = Message.of(bytes);
            if (response.number(1) != OVER_LIMIT) {
                return Answer.Quota.OK;
            }
            List<Refusal.Header> headers = new ArrayList<>();
            for (Message header : response.messages(3)) {
                String value =
                        header.has(3) ? new String(header.bytes(3), StandardCharsets.ISO_8859_1) : header.string(2);
                headers.add(new Refusal.Header(header.string(1), value));
            }
            return new Answer.Quota(true, headers, new String(response.bytes(5), StandardCharsets.UTF_8));
        } catch (Malformed e) {
            return new Answer.Failed(name + ": its answer is malformed: " + e.getMessage());
        }
    }

    /** Of one question. */
    private static final class Listener extends ClientCall.Listener<byte[]> {
        private final String name;
        private final Consumer<Answer> answer;
        private @Nullable Answer said;

        Listener(String name, Consumer<Answer> answer) {
            this.name = name;
            this.answer = answer;
        }

        @Override
        public void onMessage(byte[] message) {
            said = read(message, name);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Answer got = said;
            boolean whole = status.isOk() && got != null;
            answer.accept(whole && got != null ? got : new Answer.Failed(name + ": " + status.getCode()));
        }
    }
}
