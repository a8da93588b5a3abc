package dev.weft.client.warm;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weft.client.Xds;
import dev.weft.client.bootstrap.Profile;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A {@link Conversation} in state of the world. */
final class Sotw {
    final Conversation c;
    private int looked;
    private int nonce;

    Sotw(Profile profile) {
        this.c = new Conversation(profile);
    }

    Sotw open(String... features) {
        c.open(Set.of(features));
        return this;
    }

    /** Requests of a type since the last look; other types are looked at, too. */
    List<DiscoveryRequest> take(String type) {
        return take().stream().filter(r -> r.getTypeUrl().equals(type)).toList();
    }

    List<DiscoveryRequest> take() {
        List<DiscoveryRequest> all = new ArrayList<>();
        for (; looked < c.raw.size(); looked++) {
            try {
                all.add(DiscoveryRequest.parseFrom(c.raw.get(looked)));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return all;
    }

    /** All that was ever sent. */
    List<DiscoveryRequest> all() {
        looked = 0;
        return take();
    }

    Sotw give(String type, String version, Message... resources) {
        var response = response(type, version);
        for (Message resource : resources) {
            response.addResources(Xds.any(resource));
        }
        return receive(response);
    }

    Sotw giveAny(String type, String version, Any... resources) {
        return receive(response(type, version).addAllResources(List.of(resources)));
    }

    DiscoveryResponse.Builder response(String type, String version) {
        return DiscoveryResponse.newBuilder()
                .setTypeUrl(type)
                .setVersionInfo(version)
                .setNonce("n" + ++nonce);
    }

    Sotw receive(DiscoveryResponse.Builder response) {
        c.core.received(0, response.build().toByteArray(), c.now);
        c.run();
        return this;
    }

    Sotw pass(long nanos) {
        c.pass(nanos);
        return this;
    }
}
