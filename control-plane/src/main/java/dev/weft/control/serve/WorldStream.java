package dev.weft.control.serve;

import com.google.protobuf.Any;
import dev.weft.control.serve.Subscription.Batch;
import dev.weft.control.store.Resource;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The state of the world, the older form of the protocol, which clients of gRPC ({@code xds:///}) speak: each request
 * has all the names of a type, and each response of listeners or clusters all of these that there are. Of other types a
 * response has what is new or has changed. That there is no resource of a name is said by leaving it out, so that only
 * of listeners and clusters a client is told that they are gone.
 *
 * <p>Versions count the changes of this process: what a client brings along from another stream says nothing here, and
 * it is sent all that it asks for.
 */
final class WorldStream implements ClientStream {
    private static final Set<String> WHOLE = Set.of(Types.LISTENER, Types.CLUSTER);

    /** Types whose messages say their own names. */
    private static final Set<String> NAMED =
            Set.of(Types.LISTENER, Types.CLUSTER, Types.ROUTES, Types.ENDPOINTS, Types.RUNTIME);

    private final AdsService server;
    private final ServerCallStreamObserver<DiscoveryResponse> observer;
    private final Connected client;
    private final Map<String, WholeSet> wholes = new HashMap<>();

    /** Types of which a name was given: from then on no names means nothing, and before all. */
    private final Set<String> named = new HashSet<>();

    WorldStream(AdsService server, ServerCallStreamObserver<DiscoveryResponse> observer) {
        this.server = server;
        this.observer = observer;
        this.client = new Connected(server, this, observer, Peer.current(), Peer.shown(), server.now());
    }

    @Override
    public Connected client() {
        return client;
    }

    void handle(DiscoveryRequest request) {
        String type = request.getTypeUrl();
        Subscription subscription = client.asked(
                type,
                request.hasNode() ? request.getNode() : null,
                request.hasErrorDetail() ? request.getErrorDetail() : null);
        if (subscription == null) {
            return;
        }
        if (WHOLE.contains(type)) {
            wholes.computeIfAbsent(type, t -> new WholeSet(subscription));
        }
        // The newest nonce stands in every request, also in those that only ask for other names.
        if (!request.getResponseNonce().isEmpty()) {
            client.answered(
                    type, request.getResponseNonce(), request.hasErrorDetail() ? request.getErrorDetail() : null);
        }
        Set<String> asked = new LinkedHashSet<>(request.getResourceNamesList());
        boolean isAll =
                asked.remove(Connected.WILDCARD) || (asked.isEmpty() && WHOLE.contains(type) && !named.contains(type));
        if (request.getResourceNamesCount() > 0) {
            named.add(type);
        }
        subscription.names().stream()
                .filter(name -> !asked.contains(name))
                .toList()
                .forEach(subscription::unsubscribe);
        if (!isAll) {
            subscription.unsubscribeAll();
        }
        List<String> added = new ArrayList<>(asked);
        added.removeIf(subscription::has);
        if (isAll && !subscription.isAll()) {
            added.add(Connected.WILDCARD);
        }
        client.subscribe(type, subscription, added);
    }

    @Override
    public void flush() {
        for (boolean withRemovals : new boolean[] {false, true}) {
            for (String type : client.types()) {
                Subscription subscription = client.subscription(type);
                WholeSet whole = wholes.get(type);
                while (subscription != null && client.isReady()) {
                    Batch batch = whole == null ? subscription.next(withRemovals) : whole.next(withRemovals);
                    if (batch == null) {
                        break;
                    }
                    send(type, subscription, batch);
                }
            }
        }
    }

    private void send(String type, Subscription subscription, Batch batch) {
        boolean isSilent = batch.resources().isEmpty() && batch.reasons().isEmpty();
        if (isSilent && !batch.removed().isEmpty() && !WHOLE.contains(type)) {
            batch.removed().forEach(subscription::gone); // there is no word for it
            return;
        }
        String nonce = client.nonce();
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(type)
                .setNonce(nonce)
                .setVersionInfo(Long.toString(server.store().changes()))
                .setControlPlane(client.server())
                .addAllResourceErrors(client.errors(type, batch.reasons()));
        for (Resource resource : batch.resources()) {
            response.addResources(NAMED.contains(type) ? resource.body() : wrapped(resource));
        }
        observer.onNext(response.build());
        client.sent(type, nonce, subscription, batch);
        WholeSet clusters = wholes.get(Types.CLUSTER);
        Subscription endpoints = client.subscription(Types.ENDPOINTS);
        if (type.equals(Types.CLUSTER) && clusters != null && endpoints != null) {
            // Envoy waits for the endpoints of a cluster that has changed, although it has them.
            clusters.renewed().forEach(endpoints::again);
        }
    }

    private static Any wrapped(Resource resource) {
        return Any.pack(io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
                .setName(resource.name())
                .setVersion(resource.version())
                .setResource(resource.body())
                .build());
    }
}
