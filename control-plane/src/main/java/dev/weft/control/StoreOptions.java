package dev.weft.control;

import dev.weft.control.etcd.Credentials;
import dev.weft.control.etcd.EtcdAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The store that several replicas share.
 *
 * @param address {@code etcd://HOST:PORT[,HOST:PORT...]/PREFIX}, or {@code etcds://} for TLS
 * @param authorities PEM file of who may vouch for the store's certificate; null for those that the JDK knows
 * @param certificate PEM file of our certificate, with its chain; null to show none
 * @param key PEM file of its private key, PKCS #8
 * @param user whom the store knows us as; null for none
 * @param password file with the user's password
 */
public record StoreOptions(
        String address,
        @Nullable Path authorities,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable String user,
        @Nullable Path password) {
    /** @throws IllegalArgumentException with a message for people */
    public StoreOptions {
        EtcdAddress etcd = EtcdAddress.parse(address);
        Credentials credentials = new Credentials(authorities, certificate, key, user, password);
        if (credentials.isForTls() && !etcd.isTls()) {
            throw new IllegalArgumentException("certificates take TLS to the store: etcds://");
        }
    }

    /** Without credentials. */
    public StoreOptions(String address) {
        this(address, null, null, null, null, null);
    }

    EtcdAddress etcd() {
        return EtcdAddress.parse(address);
    }

    Credentials credentials() {
        return new Credentials(authorities, certificate, key, user, password);
    }
}
