package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * {@code TlsParameters}. How TLS is spoken is the JVM's to say ({@code jdk.tls.client.protocols}, {@code
 * jdk.tls.disabledAlgorithms}), and each library takes it from there: what is asked for must be so already. What isn't is
 * refused.
 */
final class TlsParametersReader {
    private static final String WHERE = "transport_socket";
    private static final String NAME = "TlsParameters";

    /** By their numbers in {@code TlsProtocol}, as the JDK calls them; the first stands for no word. */
    private static final List<String> VERSIONS = List.of("any", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private final Findings findings;

    TlsParametersReader(Findings findings) {
        this.findings = findings;
    }

    void check(Message parameters) {
        int least = version(parameters, 1);
        int most = version(parameters, 2);
        if (least > 0 || most > 0) {
            List<String> spoken = spoken();
            if (!spoken.stream().allMatch(version -> isWithin(VERSIONS.indexOf(version), least, most))) {
                findings.refuse(
                        WHERE,
                        NAME + ": TLS here is " + String.join(", ", spoken) + ", as the JVM has it, not "
                                + VERSIONS.get(least) + " to " + VERSIONS.get(most));
            }
        }
        for (int field : parameters.unread()) {
            findings.refuse(WHERE, NAME + "." + FieldNames.of(NAME, field) + " is not supported here");
        }
    }

    private static boolean isWithin(int version, int least, int most) {
        return version >= least && (most == 0 || version <= most);
    }

    /** By a context as those that connections are made with. */
    private static List<String> spoken() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return List.of(context.getDefaultSSLParameters().getProtocols());
        } catch (GeneralSecurityException e) {
            return List.of("none"); // nor is there a connection then
        }
    }

    private int version(Message parameters, int field) {
        long number = parameters.number(field);
        if (number < 0 || number >= VERSIONS.size()) {
            findings.refuse(WHERE, NAME + "." + FieldNames.of(NAME, field) + ": " + number + " is not known here");
            return 0;
        }
        return (int) number;
    }
}
