package dev.weft.client.ads;

import dev.weft.client.wire.Writer;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code DeltaDiscoveryRequest}s, encoded. */
final class DeltaRequest {
    private static final int INVALID_ARGUMENT = 3;

    private final Writer out = new Writer();

    private DeltaRequest(byte @Nullable [] node, String typeUrl) {
        if (node != null) {
            out.bytes(1, node);
        }
        out.string(2, typeUrl);
    }

    /**
     * @param node on the first request of a stream only
     * @param versions of resources that are here already; on the first request of a type only
     */
    static byte[] subscribe(
            byte @Nullable [] node,
            String typeUrl,
            Collection<String> names,
            Collection<String> gone,
            Map<String, String> versions) {
        var request = new DeltaRequest(node, typeUrl);
        names.forEach(name -> request.out.string(3, name));
        gone.forEach(name -> request.out.string(4, name));
        versions.forEach((name, version) ->
                request.out.message(5, new Writer().string(1, name).string(2, version)));
        return request.out.toBytes();
    }

    static byte[] ack(String typeUrl, String nonce) {
        return new DeltaRequest(null, typeUrl).out.string(6, nonce).toBytes();
    }

    static byte[] nack(String typeUrl, String nonce, String why) {
        return new DeltaRequest(null, typeUrl)
                .out
                .string(6, nonce)
                .message(7, status(INVALID_ARGUMENT, why))
                .toBytes();
    }

    /**
     * @param code 0 for ready
     */
    static byte[] health(String typeUrl, int code, String why) {
        var out = new DeltaRequest(null, typeUrl).out;
        return (code == 0 ? out : out.message(7, status(code, why))).toBytes();
    }

    private static Writer status(int code, String why) {
        return new Writer().number(1, code).string(2, why);
    }
}
