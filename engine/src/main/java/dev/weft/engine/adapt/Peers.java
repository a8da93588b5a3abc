package dev.weft.engine.adapt;

/**
 * Who speaks to whom, as far as the certificates of a connection show it (Istio: {@code source_principal}, {@code
 * destination_principal}, {@code connection_security_policy}).
 *
 * @param source SPIFFE id of whoever asks; empty where it is not known
 * @param destination that of whoever is asked; empty where it is not known
 */
public record Peers(Security security, String source, String destination) {
    public static final Peers UNKNOWN = new Peers(Security.UNKNOWN, "", "");

    /** Nobody has shown anything. */
    public static final Peers PLAINTEXT = new Peers(Security.NONE, "", "");

    /** In Istio's words: TLS in which one side alone has shown a certificate is none. */
    public enum Security {
        UNKNOWN("unknown"),
        NONE("none"),
        MUTUAL_TLS("mutual_tls");

        private final String word;

        Security(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
