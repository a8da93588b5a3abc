package dev.weft.proxy.http1;

import dev.weft.proxy.listen.ClientAddress;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a request tells of whence it comes, and how far that is believed.
 *
 * @param told whether anything is added
 * @param useRemoteAddress whether the client's address is added to {@code x-forwarded-for}, and what clients say of
 *     themselves is not believed (Envoy: {@code use_remote_address}). Else whoever is before us is taken for one that has
 *     seen to it
 * @param trustedHops proxies before this one whose word counts (Envoy: {@code xff_num_trusted_hops})
 * @param requestId what becomes of {@code x-request-id}
 * @param self address that stands for clients of this host, which every host has; empty for the one that they have
 */
public record Forwarding(boolean told, boolean useRemoteAddress, int trustedHops, RequestId requestId, String self) {
    /** Heads stay as they are. */
    public static final Forwarding NONE = new Forwarding(false, false, 0, RequestId.NONE, "");

    private static final byte[] FOR = "x-forwarded-for".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HTTP = "x-forwarded-proto: http\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HTTPS = "x-forwarded-proto: https\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PROTO_COLON = 17;

    public Forwarding {
        if (trustedHops < 0) {
            throw new IllegalArgumentException("trusted hops: " + trustedHops + " is negative");
        }
    }

    /** Changes a head, before anybody looks at it. */
    void apply(AddedLines lines, Peer peer) {
        if (!told) {
            return;
        }
        if (useRemoteAddress) {
            lines.join(Fields.FORWARDED_FOR, FOR, peer.address(self));
        }
        if (!lines.came(Fields.FORWARDED_PROTO) || useRemoteAddress && trustedHops == 0) {
            lines.set(Fields.FORWARDED_PROTO, peer.secure() ? HTTPS : HTTP, PROTO_COLON);
        }
        requestId.apply(lines, !useRemoteAddress);
    }

    /**
     * Address of whoever has made the request, as far as it is believed: what so many proxies before us have written, else
     * the client's own.
     *
     * @param client whose connection it is; null for one of this host
     */
    @Nullable
    String source(RequestHead head, @Nullable String client) {
        if (!told || useRemoteAddress && trustedHops == 0) {
            return client;
        }
        String said = fromTheRight(head, trustedHops);
        String address = said == null ? null : ClientAddress.of(NetUtil.createInetAddressFromIpAddressString(said));
        return address == null ? client : address;
    }

    /** The value of {@code x-forwarded-for} before so many others; null where there are not as many. */
    private static @Nullable String fromTheRight(RequestHead head, int before) {
        Fields fields = head.fields;
        byte[] in = head.bytes();
        int left = before;
        for (int line = fields.count() - 1; line >= 0; line--) {
            if (fields.kind(line) != Fields.FORWARDED_FOR) {
                continue;
            }
            int end = fields.valueEnd(line);
            while (end >= fields.valueStart(line)) {
                int from = end;
                while (from > fields.valueStart(line) && in[from - 1] != ',') {
                    from--;
                }
                if (left-- == 0) {
                    return new String(in, from, end - from, StandardCharsets.ISO_8859_1).strip();
                }
                end = from - 1;
            }
        }
        return null;
    }
}
