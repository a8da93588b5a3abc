package dev.weft.proxy.http1;

import dev.weft.engine.snapshot.Transport;
import java.net.InetSocketAddress;

/**
 * Whom a connection leads to, and how; connections of one target are alike.
 *
 * @param address resolved
 */
public record Target(InetSocketAddress address, Transport transport) {
    static Target plaintext(InetSocketAddress address) {
        return new Target(address, Transport.PLAINTEXT);
    }
}
