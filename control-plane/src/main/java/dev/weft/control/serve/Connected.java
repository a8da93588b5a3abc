package dev.weft.control.serve;

import com.google.rpc.Status;
import dev.weft.control.identity.Shown;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.serve.Subscription.Batch;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.ResourceError;
import io.envoyproxy.envoy.service.discovery.v3.ResourceName;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The client at the other end of a stream: who it is, what it has registered, what it wants and what it has said to
 * it. Nothing that a client says ends its stream but asking for more than its limits. Used from the serial queue only.
 */
final class Connected {
    static final String WILDCARD = "*";

    private static final int UNAVAILABLE = 14;
    private static final int INVALID_ARGUMENT = 3;
    private static final int NOT_FOUND = 5;

    private final AdsService server;
    private final ClientStream stream;
    private final ServerCallStreamObserver<?> observer;
    private final String peer;
    private final Shown shown;
    private final Instant since;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private List<String> types = List.of();
    private NodeIdentity node = NodeIdentity.UNKNOWN;
    private @Nullable Lease lease;
    private long nonces;
    private boolean isClosed;

    /**
     * @param peer its {@code address:port}
     * @param shown who its certificate says that it is
     */
    Connected(
            AdsService server,
            ClientStream stream,
            ServerCallStreamObserver<?> observer,
            String peer,
            Shown shown,
            Instant since) {
        this.server = server;
        this.stream = stream;
        this.observer = observer;
        this.peer = peer;
        this.shown = shown;
        this.since = since;
    }

    /**
     * What a request is about.
     *
     * @param said who it says that it is; counts once
     * @return null when there is nothing to be done about the request any more
     */
    @Nullable
    Subscription asked(String type, @Nullable Node said, @Nullable Status error) {
        if (isClosed) {
            return null;
        }
        Lease own = lease == null ? identify(said) : lease;
        if (own == null) {
            return null;
        }
        if (type.equals(Types.HEALTH)) {
            own.health(health(error));
            return null;
        }
        Subscription known = subscriptions.get(type);
        if (known != null) {
            return known;
        }
        if (type.length() > Limits.NAME_LENGTH) {
            refuse("a type with a name longer than " + Limits.NAME_LENGTH);
            return null;
        }
        if (subscriptions.size() >= server.limits().types()) {
            refuse("more than " + server.limits().types() + " resource types");
            return null;
        }
        Subscription made = new Subscription(source(type, own), () -> server.flushLater(stream), server::since);
        subscriptions.put(type, made);
        types = inOrder();
        return made;
    }

    /** @return null when it says more than is kept: then its stream has ended */
    private @Nullable Lease identify(@Nullable Node said) {
        NodeIdentity read = said == null ? node : NodeIdentity.of(said, addressOf(peer));
        if (read.length() > Limits.NODE_LENGTH) {
            refuse("to be known by more than " + Limits.NODE_LENGTH + " characters");
            return null;
        }
        node = read;
        Lease made = server.registry().lease(node, shown);
        lease = made;
        server.log().info("client " + name() + ": connected" + (node.agent().isEmpty() ? "" : ", " + node.agent()));
        return made;
    }

    private Source source(String type, Lease own) {
        if (type.equals(Types.REGISTRATION)) {
            return own;
        }
        Source shared = server.store().of(type, node.namespace(), node.placedLabels());
        if (shared == null) {
            server.log().warn("type " + type, "client " + name() + ": asks for a type that is not served: " + type);
            return Nothing.INSTANCE;
        }
        return shared;
    }

    /** Istio's convention: no error means ready; code 14 with this word means draining. */
    private static Health health(@Nullable Status error) {
        if (error == null) {
            return Health.READY;
        }
        return error.getCode() == UNAVAILABLE && error.getMessage().equals("draining")
                ? new Health(Health.Kind.DRAINING, "")
                : new Health(Health.Kind.NOT_READY, Limits.brief(error.getMessage()));
    }

    /** The client has taken a response, or refused it. */
    Replies.Reply answered(String type, String nonce, @Nullable Status error) {
        Subscription subscription = subscriptions.get(type);
        if (subscription == null) {
            return Replies.Reply.UNKNOWN;
        }
        String reason = error == null ? null : error.getMessage();
        Replies.Reply reply = subscription.answered(nonce, reason, server.pushes(), server.nanos());
        if (reply != Replies.Reply.UNKNOWN) {
            server.pushes().answered(type, reply == Replies.Reply.TAKEN);
        }
        if (reply == Replies.Reply.REFUSED && reason != null) {
            server.log()
                    .warn(
                            "nack " + name() + type,
                            "client " + name() + ": refused " + type + ": " + Limits.brief(reason));
        }
        return reply;
    }

    /** @return false when these are more than it may ask for: then its stream has ended */
    boolean subscribe(String type, Subscription subscription, Collection<String> asked) {
        int names = 0;
        for (Subscription one : subscriptions.values()) {
            names += one.size();
        }
        for (String name : asked) {
            if (!subscription.has(name) && ++names > server.limits().names()) {
                refuse("more than " + server.limits().names() + " names");
                return false;
            }
            if (name.equals(WILDCARD)) {
                subscription.subscribeAll();
            } else if (name.length() <= Limits.NAME_LENGTH) {
                server.wanted(type, name);
                subscription.subscribe(name);
            } else {
                refuse("a name longer than " + Limits.NAME_LENGTH);
                return false;
            }
        }
        return true;
    }

    private void refuse(String what) {
        server.log().warn("limit " + peer, "client " + name() + ": asks for " + what + ", stream ended");
        observer.onError(io.grpc.Status.RESOURCE_EXHAUSTED
                .withDescription("the limit of one stream is passed: " + what)
                .asRuntimeException());
        server.ended(stream);
    }

    /** What it has asked for, in the order in which it is told of changes. */
    List<String> types() {
        return types;
    }

    private List<String> inOrder() {
        List<String> all = new ArrayList<>(Types.SHARED);
        subscriptions.keySet().stream().filter(type -> !all.contains(type)).forEach(all::add);
        all.retainAll(subscriptions.keySet());
        return List.copyOf(all);
    }

    /** Null when it has not asked for this type. */
    @Nullable
    Subscription subscription(String type) {
        return subscriptions.get(type);
    }

    /** Whether it can be sent something now. */
    boolean isReady() {
        return !isClosed && observer.isReady();
    }

    /** Of the next response. */
    String nonce() {
        return Long.toString(++nonces);
    }

    /** What clients are told about who serves them. */
    ControlPlane server() {
        return server.self();
    }

    /** Why there are no such resources. */
    List<ResourceError> errors(String type, Map<String, String> reasons) {
        int code = type.equals(Types.REGISTRATION) ? INVALID_ARGUMENT : NOT_FOUND;
        List<ResourceError> errors = new ArrayList<>();
        reasons.forEach((name, reason) -> {
            server.log().warn("client " + name() + ": registration '" + name + "' refused: " + reason);
            errors.add(ResourceError.newBuilder()
                    .setResourceName(ResourceName.newBuilder().setName(name))
                    .setErrorDetail(Status.newBuilder().setCode(code).setMessage(reason))
                    .build());
        });
        return errors;
    }

    /** A response has gone out. */
    void sent(String type, String nonce, Subscription subscription, Batch batch) {
        server.pushes().sent(type, batch.resources().size() + batch.removed().size(), batch.bytes());
        subscription.sent(nonce, batch, server.pushes(), server.nanos());
    }

    /** The stream is over, from whichever side. */
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        subscriptions.forEach((type, subscription) -> {
            if (!type.equals(Types.REGISTRATION)) {
                subscription.close();
            }
        });
        if (lease != null) {
            lease.close();
            server.log().info("client " + name() + ": disconnected");
        }
    }

    Client view() {
        Map<String, Integer> subscribed = new TreeMap<>();
        List<Client.Refused> refused = new ArrayList<>();
        boolean isInSync = true;
        for (Map.Entry<String, Subscription> entry : subscriptions.entrySet()) {
            subscribed.put(entry.getKey(), entry.getValue().size());
            entry.getValue()
                    .refused()
                    .forEach((name, reason) -> refused.add(new Client.Refused(entry.getKey(), name, reason)));
            isInSync &= entry.getValue().isInSync();
        }
        return new Client(
                node.id(), node.service(), node.namespace(), node.agent(), peer, since, subscribed, isInSync, refused);
    }

    /** For people. */
    String name() {
        return node.id().isEmpty() ? peer : node.id();
    }

    /** The address in {@code address:port}. */
    private static String addressOf(String peer) {
        int colon = peer.lastIndexOf(':');
        return colon < 0 ? peer : peer.substring(0, colon);
    }
}
