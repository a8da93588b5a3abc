package dev.weft.client.ads;

import dev.weft.client.resource.ResourceName;
import dev.weft.client.wire.Message;
import dev.weft.client.wire.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code DeltaDiscoveryRequest} and {@code DeltaDiscoveryResponse}: an answer to a response carries
 * its nonce and nothing else, a change of names carries no nonce. istiod drops the whole of a request
 * with a stale nonce, its names included.
 */
final class Delta implements Dialect {
    @Override
    public Response read(byte[] message) {
        var response = Message.of(message);
        List<Response.Item> items = new ArrayList<>();
        for (Message resource : response.messages(2)) {
            String name = resource.string(3);
            if (name.isEmpty()) {
                name = resource.message(8).string(1);
            }
            items.add(new Response.Item(name, resource.string(1), resource.bytes(2), null));
        }
        var removed = response.strings(6);
        for (Message name : response.messages(8)) {
            removed.add(name.string(1));
        }
        removed.replaceAll(ResourceName::canonical);
        List<Response.Failure> failures = new ArrayList<>();
        for (Message failure : response.messages(9)) {
            var status = failure.message(2);
            failures.add(new Response.Failure(failure.message(1).string(1), status.number(1), status.string(2)));
        }
        return new Response(
                response.string(4),
                "",
                response.string(5),
                response.message(7).string(1),
                items,
                removed,
                failures,
                false);
    }

    @Override
    public List<byte[]> names(Subscription subscription, Change change, byte @Nullable [] node) {
        var request = request(node, subscription.type.url());
        if (!subscription.whole) {
            change.names().forEach(name -> request.string(3, name));
            change.gone().forEach(name -> request.string(4, name));
        }
        change.known()
                .forEach((name, version) ->
                        request.message(5, new Writer().string(1, name).string(2, version)));
        return List.of(request.toBytes());
    }

    @Override
    public byte[] ack(Subscription subscription, Response response) {
        return ackOther(response);
    }

    @Override
    public byte[] nack(Subscription subscription, String nonce, String why) {
        return request(null, subscription.type.url())
                .string(6, nonce)
                .message(7, status(REFUSED, why))
                .toBytes();
    }

    @Override
    public byte[] ackOther(Response response) {
        return request(null, response.typeUrl()).string(6, response.nonce()).toBytes();
    }

    @Override
    public byte[] health(String typeUrl, int code, String why) {
        var out = request(null, typeUrl);
        return (code == 0 ? out : out.message(7, status(code, why))).toBytes();
    }

    private static Writer request(byte @Nullable [] node, String typeUrl) {
        var out = new Writer();
        if (node != null) {
            out.bytes(1, node);
        }
        return out.string(2, typeUrl);
    }

    static Writer status(int code, String why) {
        return new Writer().number(1, code).string(2, why);
    }
}
