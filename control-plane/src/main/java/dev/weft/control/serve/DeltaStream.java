package dev.weft.control.serve;

import com.google.rpc.Status;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.serve.Subscription.Batch;
import dev.weft.control.store.Resource;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.config.core.v3.ControlPlane;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.ResourceError;
import io.envoyproxy.envoy.service.discovery.v3.ResourceName;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream in the incremental form of the protocol. Nothing that a client says ends it but
 * asking for more than its limits. Used from the serial queue only.
 */
final class DeltaStream {
    private static final String WILDCARD = "*";
    private static final int UNAVAILABLE = 14;
    private static final int INVALID_ARGUMENT = 3;
    private static final int NOT_FOUND = 5;

    private final AdsService server;
    private final ServerCallStreamObserver<DeltaDiscoveryResponse> client;
    private final String peer;
    private final Instant connectedSince;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private NodeIdentity node = NodeIdentity.UNKNOWN;
    private @Nullable Lease lease;
    private long nonces;
    private boolean isClosed;

    DeltaStream(
            AdsService server,
            ServerCallStreamObserver<DeltaDiscoveryResponse> client,
            String peer,
            Instant connectedSince) {
        this.server = server;
        this.client = client;
        this.peer = peer;
        this.connectedSince = connectedSince;
    }

    void handle(DeltaDiscoveryRequest request) {
        if (isClosed) {
            return;
        }
        Lease own = lease == null ? identify(request) : lease;
        if (request.getTypeUrl().equals(Types.HEALTH)) {
            own.health(health(request));
            return;
        }
        String type = request.getTypeUrl();
        Subscription subscription = subscriptions.get(type);
        boolean isFirst = subscription == null;
        if (subscription == null) {
            if (type.length() > Limits.NAME_LENGTH) {
                refuse("a type with a name longer than " + Limits.NAME_LENGTH);
                return;
            }
            if (subscriptions.size() >= server.limits().types()) {
                refuse("more than " + server.limits().types() + " resource types");
                return;
            }
            subscription = new Subscription(source(type, own), () -> server.flushLater(this), server::since);
            subscriptions.put(type, subscription);
        }
        answer(type, subscription, request);
        subscribe(type, subscription, request, isFirst);
    }

    private Lease identify(DeltaDiscoveryRequest request) {
        if (request.hasNode()) {
            node = NodeIdentity.of(request.getNode(), addressOf(peer));
        }
        lease = server.registry().lease(node);
        server.log().info("client " + name() + ": connected" + (node.agent().isEmpty() ? "" : ", " + node.agent()));
        return lease;
    }

    private Source source(String type, Lease own) {
        if (type.equals(Types.REGISTRATION)) {
            return own;
        }
        Source shared = server.store().of(type, node.namespace());
        if (shared == null) {
            server.log().warn("type " + type, "client " + name() + ": asks for a type that is not served: " + type);
            return Nothing.INSTANCE;
        }
        return shared;
    }

    private void answer(String type, Subscription subscription, DeltaDiscoveryRequest request) {
        String nonce = request.getResponseNonce();
        if (nonce.isEmpty()) {
            return;
        }
        String error = request.hasErrorDetail() ? request.getErrorDetail().getMessage() : null;
        Replies.Reply reply = subscription.answered(nonce, error, server.pushes(), server.nanos());
        if (reply != Replies.Reply.UNKNOWN) {
            server.pushes().answered(type, reply == Replies.Reply.TAKEN);
        }
        if (reply == Replies.Reply.UNKNOWN) {
            server.log().warn("nonce " + peer, "client " + name() + ": answers a response that it was never sent");
        } else if (error != null) {
            server.log().warn("nack " + name() + type, "client " + name() + ": refused " + type + ": " + Limits.brief(error));
        }
    }

    private void subscribe(String type, Subscription subscription, DeltaDiscoveryRequest request, boolean isFirst) {
        int names = 0;
        for (Subscription one : subscriptions.values()) {
            names += one.size();
        }
        for (String name : request.getResourceNamesSubscribeList()) {
            if (!subscription.has(name) && ++names > server.limits().names()) {
                refuse("more than " + server.limits().names() + " names");
                return;
            }
            if (name.equals(WILDCARD)) {
                subscription.subscribeAll();
            } else if (name.length() <= Limits.NAME_LENGTH) {
                server.wanted(type, name);
                subscription.subscribe(name);
            } else {
                refuse("a name longer than " + Limits.NAME_LENGTH);
                return;
            }
        }
        for (String name : request.getResourceNamesUnsubscribeList()) {
            if (name.equals(WILDCARD)) {
                subscription.unsubscribeAll();
            } else {
                subscription.unsubscribe(name);
            }
        }
        if (isFirst) {
            // To ask for nothing in particular in the first request of a type means to ask for all.
            if (request.getResourceNamesSubscribeCount() == 0 && !type.equals(Types.REGISTRATION)) {
                subscription.subscribeAll();
            }
            subscription.holds(request.getInitialResourceVersionsMap());
        }
    }

    /** Istio's convention: no error means ready; code 14 with this word means draining. */
    private static Health health(DeltaDiscoveryRequest request) {
        if (!request.hasErrorDetail()) {
            return Health.READY;
        }
        Status error = request.getErrorDetail();
        return error.getCode() == UNAVAILABLE && error.getMessage().equals("draining")
                ? new Health(Health.Kind.DRAINING, "")
                : new Health(Health.Kind.NOT_READY, Limits.brief(error.getMessage()));
    }

    /**
     * Sends what the client can take now. New things go first and in the order in which they refer to
     * each other, things that are gone last, so that a client never holds a route to nowhere.
     */
    void flush() {
        List<String> types = new ArrayList<>(Types.SHARED);
        subscriptions.keySet().stream().filter(type -> !types.contains(type)).forEach(types::add);
        for (boolean withRemovals : new boolean[] {false, true}) {
            for (String type : types) {
                Subscription subscription = subscriptions.get(type);
                while (subscription != null && !isClosed && client.isReady()) {
                    Batch batch = subscription.next(withRemovals);
                    if (batch == null) {
                        break;
                    }
                    send(type, subscription, batch);
                }
            }
        }
    }

    private void send(String type, Subscription subscription, Batch batch) {
        String nonce = Long.toString(++nonces);
        DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type)
                .setNonce(nonce)
                .setSystemVersionInfo(Long.toString(server.store().changes()))
                .setControlPlane(ControlPlane.newBuilder().setIdentifier(server.identifier()))
                .addAllRemovedResources(batch.removed());
        for (Resource resource : batch.resources()) {
            response.addResources(io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
                    .setName(resource.name())
                    .setVersion(resource.version())
                    .setResource(resource.body()));
        }
        boolean isRegistration = type.equals(Types.REGISTRATION);
        batch.reasons()
                .forEach((name, reason) -> response.addResourceErrors(ResourceError.newBuilder()
                        .setResourceName(ResourceName.newBuilder().setName(name))
                        .setErrorDetail(Status.newBuilder()
                                .setCode(isRegistration ? INVALID_ARGUMENT : NOT_FOUND)
                                .setMessage(reason))));
        batch.reasons()
                .forEach((name, reason) ->
                        server.log().warn("client " + name() + ": registration '" + name + "' refused: " + reason));
        server.pushes().sent(type, batch.resources().size() + batch.removed().size(), batch.bytes());
        client.onNext(response.build());
        subscription.sent(nonce, batch, server.pushes(), server.nanos());
    }

    private void refuse(String what) {
        server.log().warn("limit " + peer, "client " + name() + ": asks for " + what + ", stream ended");
        client.onError(io.grpc.Status.RESOURCE_EXHAUSTED
                .withDescription("the limit of one stream is passed: " + what)
                .asRuntimeException());
        server.ended(this);
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
                node.id(),
                node.service(),
                node.namespace(),
                node.agent(),
                peer,
                connectedSince,
                subscribed,
                isInSync,
                refused);
    }

    private String name() {
        return node.id().isEmpty() ? peer : node.id();
    }

    /** The address in {@code address:port}. */
    private static String addressOf(String peer) {
        int colon = peer.lastIndexOf(':');
        return colon < 0 ? peer : peer.substring(0, colon);
    }
}
