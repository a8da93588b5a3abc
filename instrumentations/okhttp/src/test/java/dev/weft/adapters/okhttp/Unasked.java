package dev.weft.adapters.okhttp;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** What the builder wants beside a socket factory; the factory's own context decides. */
final class Unasked implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        throw new UnsupportedOperationException("never asked");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        throw new UnsupportedOperationException("never asked");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
