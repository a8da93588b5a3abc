package dev.weft.control.etcd;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How etcd and we prove to each other who we are. Files are read anew for each connection.
 *
 * @param authorities PEM file of who may vouch for etcd's certificate; null for those that the JDK knows
 * @param certificate PEM file of our certificate, with its chain; null to show none
 * @param key PEM file of its private key, PKCS #8
 * @param user of etcd; null for none
 * @param password file with the user's password
 */
public record Credentials(
        @Nullable Path authorities,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable String user,
        @Nullable Path password) {
    public static final Credentials NONE = new Credentials(null, null, null, null, null);

    public Credentials {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate takes its key, and a key its certificate");
        }
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("a user takes a password, and a password a user");
        }
    }

    /** Whether there is anything that only TLS can use. */
    public boolean isForTls() {
        return authorities != null || certificate != null;
    }
}
