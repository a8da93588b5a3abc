package dev.weft.client.identity;

import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.SanMatch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates from PEM files, by the name of the provider instance that rules use. What was handed out follows the files
 * when they are looked at again.
 */
public final class PemCertificates implements CertificateSource {
    private final Map<String, Files> instances;
    private final Contexts contexts;
    private final Map<String, CurrentKeys> keys = new HashMap<>();
    private final Map<String, CurrentTrust> trust = new HashMap<>();

    /**
     * @param key private key, PKCS #8; null where there is no own certificate
     * @param chain own certificate first; null likewise
     * @param authorities who is trusted; null for nobody
     */
    public record Files(
            @Nullable Path key,
            @Nullable Path chain,
            @Nullable Path authorities) {}

    /** Whose TLS it is. */
    @FunctionalInterface
    public interface Contexts {
        /** Those of the JDK. */
        Contexts JDK = (own, peers) -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own == null ? new KeyManager[0] : new KeyManager[] {own},
                    peers == null ? new TrustManager[0] : new TrustManager[] {peers},
                    null);
            return context;
        };

        /**
         * @param own whose keys are shown; null for none
         * @param peers by whom peers are trusted; null for a server that asks for no certificate
         */
        SSLContext of(@Nullable X509ExtendedKeyManager own, @Nullable X509ExtendedTrustManager peers)
                throws GeneralSecurityException;
    }

    public PemCertificates(Map<String, Files> instances) {
        this(instances, Contexts.JDK);
    }

    public PemCertificates(Map<String, Files> instances, Contexts contexts) {
        this.instances = Map.copyOf(instances);
        this.contexts = contexts;
    }

    @Override
    public synchronized SSLContext context(String identity, String roots, List<SanMatch> expected, String serverName)
            throws Unavailable {
        var own = identity.isEmpty() ? null : keys(identity);
        var names = new PeerNames(expected, own == null ? () -> null : own::trustDomain, serverName);
        return made(own, new PeerCheck(trust(roots), names));
    }

    /** A context for a server that shows its certificate, and lets in whom the roots vouch for, by whatever name. */
    public synchronized SSLContext server(String identity, String roots) throws Unavailable {
        return made(keys(identity), trust(roots));
    }

    /** A context for a server that shows its certificate, and asks for none. */
    public synchronized SSLContext server(String identity) throws Unavailable {
        return made(keys(identity), null);
    }

    private SSLContext made(@Nullable X509ExtendedKeyManager own, @Nullable X509ExtendedTrustManager peers)
            throws Unavailable {
        try {
            return contexts.of(own, peers);
        } catch (GeneralSecurityException e) {
            throw new Unavailable(words(e));
        }
    }

    /** A file that isn't there, or is just being written. */
    private static Unavailable unreadable(Exception e) {
        return new Unavailable(words(e), true);
    }

    private static String words(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private CurrentKeys keys(String instance) throws Unavailable {
        var made = keys.get(instance);
        if (made == null) {
            made = new CurrentKeys(readKeys(instance));
            keys.put(instance, made);
        }
        return made;
    }

    private PemStores.Own readKeys(String instance) throws Unavailable {
        var files = files(instance);
        if (files.chain() == null || files.key() == null) {
            throw new Unavailable("no certificate of our own is configured for '" + instance + "'");
        }
        try {
            return PemStores.own(files.chain(), files.key());
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private CurrentTrust trust(String instance) throws Unavailable {
        var made = trust.get(instance);
        if (made == null) {
            made = new CurrentTrust(readTrust(instance));
            trust.put(instance, made);
        }
        return made;
    }

    private X509ExtendedTrustManager readTrust(String instance) throws Unavailable {
        var authorities = files(instance).authorities();
        if (authorities == null) {
            throw new Unavailable("no authorities are configured for '" + instance + "'");
        }
        try {
            return PemStores.trust(authorities);
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    /**
     * Reads all files in use again.
     *
     * @return what can't be used, in words; what was read of it before stays in use
     */
    public synchronized List<String> refresh() {
        List<String> failures = new ArrayList<>();
        keys.forEach((instance, current) -> {
            try {
                current.use(readKeys(instance));
            } catch (Unavailable e) {
                failures.add("certificate '" + instance + "': " + e.getMessage());
            }
        });
        trust.forEach((instance, current) -> {
            try {
                current.use(readTrust(instance));
            } catch (Unavailable e) {
                failures.add("authorities '" + instance + "': " + e.getMessage());
            }
        });
        return failures;
    }

    private Files files(String instance) throws Unavailable {
        var files = instances.get(instance);
        if (files == null) {
            throw new Unavailable("no certificates are configured for '" + instance + "'");
        }
        return files;
    }
}
