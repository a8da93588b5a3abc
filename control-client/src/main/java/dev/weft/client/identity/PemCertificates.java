package dev.weft.client.identity;

import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.SanMatch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Certificates from PEM files, by the name of the provider instance that rules use. */
public final class PemCertificates implements CertificateSource {
    private final Map<String, Files> instances;

    /**
     * @param key private key, PKCS #8
     * @param chain own certificate first
     * @param authorities who is trusted
     */
    public record Files(Path key, Path chain, Path authorities) {}

    public PemCertificates(Map<String, Files> instances) {
        this.instances = Map.copyOf(instances);
    }

    @Override
    public SSLContext context(String identity, String roots, List<SanMatch> expected) throws Unavailable {
        try {
            var keys = identity.isEmpty() ? new KeyManager[0] : keys(files(identity));
            var context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new PeerCheck(trust(files(roots)), expected)}, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new Unavailable(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private Files files(String instance) throws Unavailable {
        var files = instances.get(instance);
        if (files == null) {
            throw new Unavailable("no certificates are configured for '" + instance + "'");
        }
        return files;
    }

    private static KeyManager[] keys(Files files) throws IOException, GeneralSecurityException {
        var chain = Pem.certificates(files.chain());
        PrivateKey key = Pem.key(files.key(), chain.get(0).getPublicKey().getAlgorithm());
        var store = empty();
        store.setKeyEntry("own", key, new char[0], chain.toArray(new Certificate[0]));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static X509ExtendedTrustManager trust(Files files) throws IOException, GeneralSecurityException {
        var store = empty();
        int number = 0;
        for (X509Certificate authority : Pem.certificates(files.authorities())) {
            store.setCertificateEntry("authority" + number++, authority);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("this JDK has no PKIX trust manager");
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
