package dev.weft.control.serve;

import dev.weft.control.serve.Subscription.Batch;
import dev.weft.control.store.Resource;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.stub.ServerCallStreamObserver;

/** The incremental form of the protocol: names come and go one by one, and so do resources. */
final class DeltaStream implements ClientStream {
    private final AdsService server;
    private final ServerCallStreamObserver<DeltaDiscoveryResponse> observer;
    private final Connected client;

    DeltaStream(AdsService server, ServerCallStreamObserver<DeltaDiscoveryResponse> observer) {
        this.server = server;
        this.observer = observer;
        this.client = new Connected(server, this, observer, Peer.current(), Peer.shown(), server.now());
    }

    @Override
    public Connected client() {
        return client;
    }

    void handle(DeltaDiscoveryRequest request) {
        String type = request.getTypeUrl();
        boolean isFirst = client.subscription(type) == null;
        Subscription subscription = client.asked(
                type,
                request.hasNode() ? request.getNode() : null,
                request.hasErrorDetail() ? request.getErrorDetail() : null);
        if (subscription == null) {
            return;
        }
        answer(request);
        if (!client.subscribe(type, subscription, request.getResourceNamesSubscribeList())) {
            return;
        }
        for (String name : request.getResourceNamesUnsubscribeList()) {
            if (name.equals(Connected.WILDCARD)) {
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

    private void answer(DeltaDiscoveryRequest request) {
        String nonce = request.getResponseNonce();
        if (!nonce.isEmpty()
                && client.answered(
                                request.getTypeUrl(), nonce, request.hasErrorDetail() ? request.getErrorDetail() : null)
                        == Replies.Reply.UNKNOWN) {
            server.log()
                    .warn(
                            "nonce " + client.name(),
                            "client " + client.name() + ": answers a response that it was never sent");
        }
    }

    @Override
    public void flush() {
        for (boolean withRemovals : new boolean[] {false, true}) {
            for (String type : client.types()) {
                Subscription subscription = client.subscription(type);
                while (subscription != null && client.isReady()) {
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
        String nonce = client.nonce();
        DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type)
                .setNonce(nonce)
                .setSystemVersionInfo(Long.toString(server.store().changes()))
                .setControlPlane(client.server())
                .addAllRemovedResources(batch.removed())
                .addAllResourceErrors(client.errors(type, batch.reasons()));
        for (Resource resource : batch.resources()) {
            response.addResources(io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
                    .setName(resource.name())
                    .setVersion(resource.version())
                    .setResource(resource.body()));
        }
        observer.onNext(response.build());
        client.sent(type, nonce, subscription, batch);
    }
}
