package dev.weft.client.ads;

import dev.weft.client.resource.ResourceType;
import dev.weft.client.wire.Malformed;
import dev.weft.client.wire.Message;
import dev.weft.client.wire.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code DiscoveryRequest} and {@code DiscoveryResponse}: every request of a type carries the whole
 * list of names, the newest nonce and the version that was accepted last.
 *
 * <p>A list of names is never empty, because an empty one means everything (istiod answers it with a
 * listener for every service): when the last name goes, {@link #NOTHING} takes its place.
 */
final class StateOfTheWorld implements Dialect {
    /** A name that nothing has; RFC 2606 keeps it free. */
    static final String NOTHING = "weft.invalid:1";

    private static final String WRAPPER = "type.googleapis.com/envoy.service.discovery.v3.Resource";

    @Override
    public Response read(byte[] message) {
        var response = Message.of(message);
        String url = response.string(4);
        String version = response.string(1);
        List<Response.Item> items = new ArrayList<>();
        for (byte[] any : response.allBytes(2)) {
            items.add(item(any, version, ResourceType.of(url)));
        }
        List<Response.Failure> failures = new ArrayList<>();
        for (Message failure : response.messages(7)) {
            var status = failure.message(2);
            failures.add(new Response.Failure(failure.message(1).string(1), status.number(1), status.string(2)));
        }
        return new Response(
                url, version, response.string(5), response.message(6).string(1), items, List.of(), failures, true);
    }

    private static Response.Item item(byte[] bytes, String version, @Nullable ResourceType type) {
        try {
            var any = Message.of(bytes);
            if (!any.string(1).equals(WRAPPER)) {
                return new Response.Item(name(any, type), version, bytes, null);
            }
            var wrapper = Message.of(any.bytes(2));
            byte[] inner = wrapper.bytes(2);
            String name = wrapper.string(3);
            if (name.isEmpty()) {
                name = wrapper.message(8).string(1);
            }
            if (name.isEmpty()) {
                name = name(Message.of(inner), type);
            }
            String own = wrapper.string(1);
            return new Response.Item(name, own.isEmpty() ? version : own, inner, null);
        } catch (Malformed e) {
            return new Response.Item("", version, bytes, "malformed: " + e.getMessage());
        }
    }

    /** The name stands in field 1 of every type of Envoy's. */
    private static String name(Message any, @Nullable ResourceType type) {
        return type != null && type.named() ? Message.of(any.bytes(2)).string(1) : "";
    }

    @Override
    public List<byte[]> names(Subscription subscription, Change change, byte @Nullable [] node) {
        List<byte[]> requests = new ArrayList<>(2);
        var all = subscription.sent();
        if (!change.again().isEmpty() && !subscription.whole) {
            // What the server believes to be here it sends again only when it was taken off the list.
            List<String> without = new ArrayList<>(all);
            without.removeAll(change.again());
            requests.add(request(node, subscription, without, subscription.version(), subscription.nonce())
                    .toBytes());
            requests.add(request(null, subscription, all, subscription.version(), subscription.nonce())
                    .toBytes());
        } else {
            requests.add(request(node, subscription, all, subscription.version(), subscription.nonce())
                    .toBytes());
        }
        return requests;
    }

    @Override
    public byte[] ack(Subscription subscription, Response response) {
        return request(null, subscription, subscription.sent(), response.version(), response.nonce())
                .toBytes();
    }

    @Override
    public byte @Nullable [] nack(Subscription subscription, String nonce, String why) {
        if (!nonce.equals(subscription.nonce())) {
            // Only the newest nonce may be answered; that response gets an answer of its own.
            return null;
        }
        return request(null, subscription, subscription.sent(), subscription.version(), nonce)
                .message(6, Delta.status(REFUSED, why))
                .toBytes();
    }

    private static Writer request(
            byte @Nullable [] node, Subscription of, Collection<String> names, String version, String nonce) {
        var out = new Writer().string(1, version);
        if (node != null) {
            out.bytes(2, node);
        }
        if (!of.whole) {
            names.forEach(name -> out.string(3, name));
            if (names.isEmpty()) {
                out.string(3, NOTHING);
            }
        }
        return out.string(4, of.type.url()).string(5, nonce);
    }

    @Override
    public byte[] ackOther(Response response) {
        return new Writer()
                .string(1, response.version())
                .string(4, response.typeUrl())
                .string(5, response.nonce())
                .toBytes();
    }

    @Override
    public byte[] health(String typeUrl, int code, String why) {
        var out = new Writer().string(4, typeUrl);
        return (code == 0 ? out : out.message(6, Delta.status(code, why))).toBytes();
    }
}
