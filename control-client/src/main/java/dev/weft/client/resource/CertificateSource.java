package dev.weft.client.resource;

import java.util.List;
import javax.net.ssl.SSLContext;

/** Where the mesh's certificates come from. */
public interface CertificateSource {
    /** None: what requires TLS is refused. */
    CertificateSource NONE = new CertificateSource() {
        @Override
        public SSLContext context(String identity, String roots, List<SanMatch> expected, String serverName)
                throws Unavailable {
            throw new Unavailable("no certificates are configured");
        }
    };

    /**
     * A context that shows this workload's certificate and accepts a peer whose chain ends in the
     * roots and who shows one of the expected names. Where none is expected, it is a peer of the trust
     * domain of the own certificate (SPIFFE); where that is of none, one with the server's name.
     *
     * @param identity provider instance of the own certificate, such as {@code default}; empty for none
     * @param roots provider instance of the authorities to trust
     * @param expected any of these must match a subject alternative name; empty where the rule names none
     * @param serverName DNS name that the connection asks for; empty for none
     */
    SSLContext context(String identity, String roots, List<SanMatch> expected, String serverName) throws Unavailable;

    /** A certificate that can't be had, and why. */
    final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean mayCome;

        /** One that can't be had in this process at all. */
        public Unavailable(String why) {
            this(why, false);
        }

        /** @param mayCome whether it may be there later */
        public Unavailable(String why, boolean mayCome) {
            super(why);
            this.mayCome = mayCome;
        }

        /** Whether it is worth while to ask again. */
        public boolean mayCome() {
            return mayCome;
        }
    }
}
