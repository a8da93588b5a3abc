package dev.weft.client.ads;

import dev.weft.client.wire.Message;
import java.util.ArrayList;
import java.util.List;

/** {@code DeltaDiscoveryResponse} as far as a client needs it. */
record DeltaResponse(
        String typeUrl,
        String nonce,
        String controlPlane,
        List<Item> items,
        List<String> removed,
        List<Failure> failures) {
    private static final int NOT_FOUND = 5;

    record Item(String name, String version, byte[] any) {}

    record Failure(String name, boolean notFound, String why) {}

    /**
     * @throws dev.weft.client.wire.Malformed when the envelope itself can't be read
     */
    static DeltaResponse of(byte[] bytes) {
        var message = Message.of(bytes);
        List<Item> items = new ArrayList<>();
        for (Message resource : message.messages(2)) {
            String name = resource.string(3);
            if (name.isEmpty()) {
                name = resource.message(8).string(1);
            }
            items.add(new Item(name, resource.string(1), resource.bytes(2)));
        }
        var removed = message.strings(6);
        for (Message name : message.messages(8)) {
            removed.add(name.string(1));
        }
        List<Failure> failures = new ArrayList<>();
        for (Message failure : message.messages(9)) {
            var status = failure.message(2);
            failures.add(new Failure(failure.message(1).string(1), status.number(1) == NOT_FOUND, status.string(2)));
        }
        return new DeltaResponse(
                message.string(4), message.string(5), message.message(7).string(1), items, removed, failures);
    }
}
