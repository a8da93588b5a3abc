package dev.weft.contract;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a client is opened.
 *
 * @param redirects whether it follows redirects
 * @param cookies whether it keeps cookies
 * @param http2 whether it may speak HTTP/2 (plaintext and TLS); else HTTP/1.1 only
 * @param proxy forward proxy that the application itself configured
 * @param tls for calls to TLS URLs; the JVM's default when null
 */
public record Knobs(
        boolean redirects,
        boolean cookies,
        boolean http2,
        @Nullable InetSocketAddress proxy,
        @Nullable SSLContext tls) {
    public static final Knobs PLAIN = new Knobs(false, false, false, null, null);

    public Knobs followingRedirects() {
        return new Knobs(true, cookies, http2, proxy, tls);
    }

    public Knobs keepingCookies() {
        return new Knobs(redirects, true, http2, proxy, tls);
    }

    public Knobs speakingHttp2() {
        return new Knobs(redirects, cookies, true, proxy, tls);
    }

    public Knobs through(InetSocketAddress forwardProxy) {
        return new Knobs(redirects, cookies, http2, forwardProxy, tls);
    }

    public Knobs trusting(SSLContext context) {
        return new Knobs(redirects, cookies, http2, proxy, context);
    }
}
