package dev.weft.client.identity;

import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.SanMatch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates from PEM files, by the name of the provider instance that rules use. */
public final class PemCertificates implements CertificateSource {
    private final Map<String, Files> instances;

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
    public SSLContext context(String identity, String roots, List<SanMatch> expected) throws Unavailable {
        try {
            var keys = identity.isEmpty() ? new KeyManager[0] : keys(identity);
            var authorities = files(roots).authorities();
            if (authorities == null) {
                throw new Unavailable("no authorities are configured for '" + roots + "'");
            }
            var context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new PeerCheck(PemStores.trust(authorities), expected)}, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new Unavailable(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private KeyManager[] keys(String instance) throws IOException, GeneralSecurityException, Unavailable {
        var files = files(instance);
        if (files.chain() == null || files.key() == null) {
            throw new Unavailable("no certificate of our own is configured for '" + instance + "'");
        }
        return PemStores.keys(files.chain(), files.key());
    }

    private Files files(String instance) throws Unavailable {
        var files = instances.get(instance);
        if (files == null) {
            throw new Unavailable("no certificates are configured for '" + instance + "'");
        }
        return files;
    }
}
