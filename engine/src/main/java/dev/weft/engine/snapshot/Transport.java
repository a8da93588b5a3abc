package dev.weft.engine.snapshot;

import java.util.List;
import javax.net.ssl.SSLContext;

/** How the bytes of an attempt travel. */
public sealed interface Transport {
    /** As the application asked: plaintext for {@code http}, its own TLS for {@code https}. */
    Transport PLAINTEXT = new Plaintext();

    record Plaintext() implements Transport {}

    /**
     * TLS with the mesh's identity, under an application that asked for plaintext.
     *
     * @param context holds the client certificate and checks the chain and the expected names
     * @param sni sent as server name; empty for none
     * @param expectedNames subject alternative names, one of which the peer must show; enforced by
     *     the context's trust manager; here for explain
     */
    record Tls(SSLContext context, String sni, List<String> expectedNames) implements Transport {
        public Tls {
            expectedNames = List.copyOf(expectedNames);
        }
    }

    /** TLS is required and can't be had; calls are refused, never sent in the clear. */
    record Unavailable(String why) implements Transport {}
}
