package dev.weft.client.ads;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A form of the protocol: how a session's requests are written and its responses read. */
sealed interface Dialect permits Delta, StateOfTheWorld {
    /** {@code google.rpc.Code.INVALID_ARGUMENT}. */
    int REFUSED = 3;

    /**
     * @throws dev.weft.client.wire.Malformed when the envelope itself can't be read
     */
    Response read(byte[] message);

    /**
     * Requests that tell a change of names, to be sent in this order.
     *
     * @param node on the first request of a stream only
     */
    List<byte[]> names(Subscription subscription, Change change, byte @Nullable [] node);

    byte[] ack(Subscription subscription, Response response);

    /** Null when a later response has made the refusal pointless. */
    byte @Nullable [] nack(Subscription subscription, String nonce, String why);

    /** Acknowledges a response of a type that was never asked for. */
    byte[] ackOther(Response response);

    /**
     * @param code 0 for ready
     */
    byte[] health(String typeUrl, int code, String why);
}
