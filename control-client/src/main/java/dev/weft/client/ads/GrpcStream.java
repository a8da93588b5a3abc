package dev.weft.client.ads;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One ADS stream over a channel of its own, and whatever is opened {@link #beside} it; a channel's own reconnecting
 * would only delay ours. Everything is called, and calls back, on the executor it is given.
 */
public final class GrpcStream {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<byte[], byte[]> DELTA = method("DeltaAggregatedResources");
    private static final MethodDescriptor<byte[], byte[]> STATE_OF_THE_WORLD = method("StreamAggregatedResources");

    private final ManagedChannel channel;
    /** Whether the channel ends with this stream. */
    private final boolean first;

    private final Connection connection;
    private final ClientCall<byte[], byte[]> call;
    private boolean over;

    /** What happens on the stream. Nothing more after {@code closed}, or after {@link GrpcStream#abandon}. */
    public interface Events {
        /**
         * @param local address of this end of the connection
         */
        void opened(String local);

        void message(byte[] message);

        void closed(Ending ending, String why);
    }

    /**
     * @param delta whether it is a stream of delta; of state of the world otherwise
     * @param largest message that is taken, in bytes
     */
    public GrpcStream(
            Connection connection, boolean delta, int largest, EventLoopGroup group, Executor queue, Events events) {
        this(
                Channels.to(connection, largest, group, queue),
                true,
                connection,
                delta ? DELTA : STATE_OF_THE_WORLD,
                events);
    }

    private GrpcStream(
            ManagedChannel channel,
            boolean first,
            Connection connection,
            MethodDescriptor<byte[], byte[]> method,
            Events events) {
        this.channel = channel;
        this.first = first;
        this.connection = connection;
        this.call = channel.newCall(method, CallOptions.DEFAULT);
        var headers = new Metadata();
        if (connection.token() != null) {
            headers.put(AUTHORIZATION, "Bearer " + connection.token());
        }
        call.start(new Listener(events), headers);
        call.request(1);
    }

    /**
     * Another stream over the same connection; it ends with this one at the latest.
     *
     * @param method full name, {@code SERVICE/METHOD}
     */
    public GrpcStream beside(String method, Events events) {
        return new GrpcStream(channel, false, connection, named(method), events);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return named("envoy.service.discovery.v3.AggregatedDiscoveryService/" + name);
    }

    private static MethodDescriptor<byte[], byte[]> named(String method) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(method)
                .setRequestMarshaller(Raw.BYTES)
                .setResponseMarshaller(Raw.BYTES)
                .build();
    }

    public void send(byte[] message) {
        if (!over) {
            call.sendMessage(message);
        }
    }

    /** Ends the stream; its events stop. */
    public void abandon(String why) {
        if (!over) {
            over = true;
            call.cancel(why, null);
        }
        end();
    }

    private void end() {
        if (first) {
            channel.shutdownNow();
        }
    }

    private final class Listener extends ClientCall.Listener<byte[]> {
        private final Events events;
        private boolean open;

        Listener(Events events) {
            this.events = events;
        }

        @Override
        public void onReady() {
            if (!open && !over) {
                open = true;
                events.opened(local(call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)));
            }
        }

        @Override
        public void onMessage(byte[] message) {
            if (!over) {
                events.message(message);
                call.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!over) {
                over = true;
                end();
                events.closed(ending(status), reason(status));
            }
        }
    }

    private static String local(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "127.0.0.1";
        }
        String text = inet.getAddress().getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** A message above the limit has the same code as a server that is busy; gRPC tells them apart in words only. */
    private static Ending ending(Status status) {
        if (status.getCode() != Status.Code.RESOURCE_EXHAUSTED) {
            return Ending.BROKEN;
        }
        String words = status.getDescription();
        return words != null && words.contains("message exceeds maximum size") ? Ending.OVERSIZED : Ending.BUSY;
    }

    private static String reason(Status status) {
        var reason = new StringBuilder(status.getCode().name());
        if (status.getDescription() != null) {
            reason.append(": ").append(status.getDescription());
        }
        // The root says what happened to the socket ("Connection refused").
        var cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause != null) {
            reason.append(": ").append(cause.getMessage());
        }
        return reason.toString();
    }
}
