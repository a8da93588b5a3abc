package dev.weft.client.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key that is shown now. A handshake asks for it in several steps; one that has begun with the key of before ends
 * with that.
 */
final class CurrentKeys extends X509ExtendedKeyManager {
    private volatile Pair pair;
    private volatile @Nullable String domain;

    private record Generation(int number, X509ExtendedKeyManager keys) {}

    private record Pair(Generation now, Generation before) {
        X509ExtendedKeyManager of(String alias) {
            boolean old = alias.startsWith(before.number + ":");
            return (old ? before : now).keys;
        }
    }

    CurrentKeys(PemStores.Own own) {
        Generation first = new Generation(0, own.keys());
        pair = new Pair(first, first);
        domain = TrustDomain.of(own.certificate());
    }

    void use(PemStores.Own own) {
        Generation last = pair.now;
        pair = new Pair(new Generation(last.number + 1, own.keys()), last);
        domain = TrustDomain.of(own.certificate());
    }

    /** That of the certificate; null where it is of none. */
    @Nullable
    String trustDomain() {
        return domain;
    }

    private static @Nullable String named(Generation of, @Nullable String alias) {
        return alias == null ? null : of.number + ":" + alias;
    }

    private static String own(String alias) {
        return alias.substring(alias.indexOf(':') + 1);
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        Generation now = pair.now;
        return named(now, now.keys.chooseClientAlias(types, issuers, socket));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Generation now = pair.now;
        return named(now, now.keys.chooseEngineClientAlias(types, issuers, engine));
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        Generation now = pair.now;
        return named(now, now.keys.chooseServerAlias(type, issuers, socket));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Generation now = pair.now;
        return named(now, now.keys.chooseEngineServerAlias(type, issuers, engine));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return pair.of(alias).getCertificateChain(own(alias));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return pair.of(alias).getPrivateKey(own(alias));
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return aliases(pair.now, pair.now.keys.getClientAliases(type, issuers));
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return aliases(pair.now, pair.now.keys.getServerAliases(type, issuers));
    }

    private static String @Nullable [] aliases(Generation of, String @Nullable [] own) {
        if (own == null) {
            return null;
        }
        String[] all = own.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] = of.number + ":" + all[i];
        }
        return all;
    }
}
