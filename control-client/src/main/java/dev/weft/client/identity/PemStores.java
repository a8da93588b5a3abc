package dev.weft.client.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What TLS needs of the JDK, made from PEM files. */
final class PemStores {
    private static final byte[] PROOF = {1, 2, 3, 4};

    private PemStores() {}

    /**
     * A key that is shown, and whose it is.
     *
     * @param certificate the own one, first of its chain
     */
    record Own(X509ExtendedKeyManager keys, X509Certificate certificate) {}

    static Own own(Path chainFile, Path keyFile) throws IOException, GeneralSecurityException {
        var chain = Pem.certificates(chainFile);
        PrivateKey key = Pem.key(keyFile, chain.get(0).getPublicKey().getAlgorithm());
        if (!belong(key, chain.get(0).getPublicKey())) {
            throw new GeneralSecurityException(keyFile + " is not the key of " + chainFile);
        }
        var store = empty();
        store.setKeyEntry("own", key, new char[0], chain.toArray(new Certificate[0]));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        for (KeyManager manager : factory.getKeyManagers()) {
            if (manager instanceof X509ExtendedKeyManager extended) {
                return new Own(extended, chain.get(0));
            }
        }
        throw new GeneralSecurityException("this JDK has no manager of X.509 keys");
    }

    /** Whether they are one pair: files that are replaced one after the other don't fit for a moment. */
    private static boolean belong(PrivateKey key, PublicKey published) throws GeneralSecurityException {
        String algorithm = switch (published.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> published.getAlgorithm(); // those of Edwards curves are their own
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(PROOF);
        byte[] signed = signature.sign();
        signature.initVerify(published);
        signature.update(PROOF);
        return signature.verify(signed);
    }

    /**
     * @param authorities null for the JDK's own
     */
    static X509ExtendedTrustManager trust(@Nullable Path authorities) throws IOException, GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities == null ? null : store(authorities));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("this JDK has no PKIX trust manager");
    }

    private static KeyStore store(Path authorities) throws IOException, GeneralSecurityException {
        var store = empty();
        int number = 0;
        for (X509Certificate authority : Pem.certificates(authorities)) {
            store.setCertificateEntry("authority" + number++, authority);
        }
        return store;
    }

    /**
     * Never written anywhere: of a kind that hides keys in one round. PKCS #12 would take ten thousand of them to hide a
     * key, and as many to get it back.
     */
    private static KeyStore empty() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("JKS");
        store.load(null, null);
        return store;
    }
}
