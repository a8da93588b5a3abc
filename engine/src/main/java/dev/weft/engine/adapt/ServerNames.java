package dev.weft.engine.adapt;

import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;

/** The server name that TLS of the mesh asks for (SNI, RFC 6066 section 3). */
public final class ServerNames {
    private ServerNames() {}

    /** For {@link javax.net.ssl.SSLParameters#setServerNames}; none for an empty name. */
    public static List<SNIServerName> of(String sni) {
        return sni.isEmpty() ? List.of() : List.of(name(sni));
    }

    private static SNIServerName name(String sni) {
        try {
            return new SNIHostName(sni);
        } catch (IllegalArgumentException notByTheLetter) {
            return new Verbatim(sni); // outbound_.80_._.order.default: underscores, which the JDK refuses
        }
    }

    private static final class Verbatim extends SNIServerName {
        Verbatim(String name) {
            super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
