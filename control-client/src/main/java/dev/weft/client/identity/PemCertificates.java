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

    public PemCertificates(Map<String, Files> instances) {
        this.instances = Map.copyOf(instances);
    }

    @Override
    public synchronized SSLContext context(String identity, String roots, List<SanMatch> expected) throws Unavailable {
        return made(
                identity.isEmpty() ? new KeyManager[0] : new KeyManager[] {keys(identity)},
                new PeerCheck(trust(roots), expected));
    }

    /** A context for a server that shows its certificate, and asks for none. */
    public synchronized SSLContext server(String identity) throws Unavailable {
        return made(new KeyManager[] {keys(identity)}, null);
    }

    private static SSLContext made(KeyManager[] own, @Nullable TrustManager peers) throws Unavailable {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(own, peers == null ? new TrustManager[0] : new TrustManager[] {peers}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    private static Unavailable unavailable(Exception e) {
        return new Unavailable(e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    private CurrentKeys keys(String instance) throws Unavailable {
        var made = keys.get(instance);
        if (made == null) {
            made = new CurrentKeys(readKeys(instance));
            keys.put(instance, made);
        }
        return made;
    }

    private X509ExtendedKeyManager readKeys(String instance) throws Unavailable {
        var files = files(instance);
        if (files.chain() == null || files.key() == null) {
            throw new Unavailable("no certificate of our own is configured for '" + instance + "'");
        }
        try {
            return PemStores.keys(files.chain(), files.key());
        } catch (IOException | GeneralSecurityException e) {
            throw unavailable(e);
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
            throw unavailable(e);
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
