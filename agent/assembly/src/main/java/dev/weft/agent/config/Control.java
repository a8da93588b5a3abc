package dev.weft.agent.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the control plane is and how it is talked to, as it is configured.
 *
 * @param planes {@code host:port} or {@code unix:///path} by preference; empty to find one
 * @param profile empty to tell from where it was found
 * @param bootstrap whether gRPC's bootstrap is looked at
 * @param tls null for plaintext
 * @param token file of a bearer token; empty for none
 */
public record Control(
        List<String> planes,
        String profile,
        boolean bootstrap,
        @Nullable Tls tls,
        String token) {
    private static final Key[] TLS_ONLY = {
        Key.CONTROL_AUTHORITIES, Key.CONTROL_CERTIFICATE, Key.CONTROL_KEY, Key.CONTROL_SERVER_NAME
    };

    /**
     * @param authorities PEM file of who is trusted; empty for the JDK's own
     * @param certificate own certificate, PEM; empty for none
     * @param key its private key
     * @param serverName what the server's certificate must be for; empty for the host that is connected to
     */
    public record Tls(String authorities, String certificate, String key, String serverName) {}

    static Control read(Reader in) {
        List<String> planes = List.copyOf(in.targets(Key.CONTROL_PLANE));
        Tls tls = secured(in) ? tls(in) : null;
        String token = in.text(Key.CONTROL_TOKEN);
        if (!token.isEmpty() && tls == null && !local(planes)) {
            in.conflict(Key.CONTROL_TOKEN, "is never sent without TLS; it is left out");
            token = "";
        }
        return new Control(
                planes,
                in.oneOf(Key.CONTROL_PROFILE, "weft", "istio", "envoy", "envoy-delta"),
                in.onOff(Key.CONTROL_BOOTSTRAP),
                tls,
                token);
    }

    /** What was meant to be secured is never sent in the clear, also when the word for it is wrong. */
    private static boolean secured(Reader in) {
        boolean plaintext = in.oneOf(Key.CONTROL_SECURITY, "plaintext", "tls").equals("plaintext");
        boolean tls = !plaintext && in.isSet(Key.CONTROL_SECURITY);
        for (Key key : TLS_ONLY) {
            if (in.isSet(key)) {
                tls = true;
                if (plaintext) {
                    in.conflict(key, "is of no use with plaintext; 'tls' is used");
                }
            }
        }
        return tls;
    }

    private static Tls tls(Reader in) {
        String certificate = in.text(Key.CONTROL_CERTIFICATE);
        String key = in.text(Key.CONTROL_KEY);
        if (certificate.isEmpty() != key.isEmpty()) {
            in.conflict(
                    certificate.isEmpty() ? Key.CONTROL_KEY : Key.CONTROL_CERTIFICATE,
                    "is of no use alone: 'control.certificate' and 'control.key' go together; it is left out");
            certificate = "";
            key = "";
        }
        return new Tls(in.text(Key.CONTROL_AUTHORITIES), certificate, key, in.text(Key.CONTROL_SERVER_NAME));
    }

    private static boolean local(List<String> planes) {
        for (String plane : planes) {
            if (!Text.isUnixTarget(plane)) {
                return false;
            }
        }
        return !planes.isEmpty();
    }
}
