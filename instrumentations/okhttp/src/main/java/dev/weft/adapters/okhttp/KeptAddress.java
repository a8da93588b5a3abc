package dev.weft.adapters.okhttp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import okhttp3.Address;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * An address that was made for one aim, or the library's own that it was made of, with what the library takes for it:
 * a client, which never changes, a URL, and since 5.4 settings that interceptors may change for one call.
 */
final class KeptAddress {
    /** Each a constant of its own: only what the JIT knows beforehand costs no more than a call. */
    private static final MethodHandle SOCKETS = setting("getSocketFactory");

    private static final MethodHandle TLS_SOCKETS = setting("getSslSocketFactoryOrNull");
    private static final MethodHandle VERIFIER = setting("getHostnameVerifier");
    private static final MethodHandle PINNER = setting("getCertificatePinner");
    private static final MethodHandle AUTHENTICATOR = setting("getProxyAuthenticator");
    private static final MethodHandle SELECTOR = setting("getProxySelector");
    private static final MethodHandle NAMES = setting("getDns");
    private static final MethodHandle PROXY = setting("getProxy");

    private final Address address;
    /** What an aimed one was made of, which lives as long; null for the library's own. */
    private final @Nullable KeptAddress own;

    private final WeakReference<OkHttpClient> client;
    private final @Nullable Object @Nullable [] settings;

    /** @param maker what the library made the address with: an object of its own */
    KeptAddress(Address address, OkHttpClient client, Object maker) {
        this(address, null, client, maker);
    }

    /** @param own the library's, that this one is made of */
    KeptAddress(Address address, @Nullable KeptAddress own, OkHttpClient client, Object maker) {
        this.address = address;
        this.own = own;
        this.client = new WeakReference<>(client);
        this.settings = maker instanceof Interceptor.Chain
                ? new Object[] {
                    get(SOCKETS, maker),
                    get(TLS_SOCKETS, maker),
                    get(VERIFIER, maker),
                    get(PINNER, maker),
                    get(AUTHENTICATOR, maker),
                    get(SELECTOR, maker),
                    get(NAMES, maker),
                    get(PROXY, maker)
                }
                : null;
    }

    Address address() {
        return address;
    }

    /** Whether the library would make the same again. */
    boolean fits(HttpUrl url, OkHttpClient by, Object maker) {
        HttpUrl of = address.url();
        if (!client.refersTo(by)
                || of.port() != url.port()
                || of.isHttps() != (url.isHttps() || address.sslSocketFactory() instanceof MeshTls)
                || !of.host().equals(url.host())) {
            return false;
        }
        return settings == null
                || settings[0] == get(SOCKETS, maker)
                        && settings[1] == get(TLS_SOCKETS, maker)
                        && settings[2] == get(VERIFIER, maker)
                        && settings[3] == get(PINNER, maker)
                        && settings[4] == get(AUTHENTICATOR, maker)
                        && settings[5] == get(SELECTOR, maker)
                        && (own != null // an aimed one has its own instead
                                || settings[6] == get(NAMES, maker) && settings[7] == get(PROXY, maker));
    }

    private static @Nullable Object get(MethodHandle setting, Object chain) {
        try {
            return (Object) setting.invokeExact(chain);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    /** Null for each chain where a chain has no such setting. */
    private static MethodHandle setting(String name) {
        MethodHandle getter = Members.methodIfAny(Interceptor.Chain.class, name);
        MethodType type = MethodType.methodType(Object.class, Object.class);
        return getter == null ? MethodHandles.empty(type) : getter.asType(type);
    }
}
