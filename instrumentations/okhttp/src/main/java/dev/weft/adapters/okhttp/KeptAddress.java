package dev.weft.adapters.okhttp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Address;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * An address that was made for one aim, with what the library made it of: a client, which never changes,
 * a URL, and since 5.4 settings that interceptors may change for one call.
 */
final class KeptAddress {
    private static final List<MethodHandle> SETTINGS = settings(
            "getSocketFactory",
            "getSslSocketFactoryOrNull",
            "getHostnameVerifier",
            "getCertificatePinner",
            "getProxyAuthenticator",
            "getProxySelector");

    private final Address address;
    private final WeakReference<OkHttpClient> client;
    private final @Nullable Object[] settings;

    /** @param maker what the library made the address with: an object of its own */
    KeptAddress(Address address, OkHttpClient client, Object maker) {
        this.address = address;
        this.client = new WeakReference<>(client);
        this.settings = new Object[maker instanceof Interceptor.Chain ? SETTINGS.size() : 0];
        for (int i = 0; i < settings.length; i++) {
            settings[i] = get(i, maker);
        }
    }

    Address address() {
        return address;
    }

    /** Whether the library would make the same again. */
    boolean fits(HttpUrl url, OkHttpClient by, Object maker) {
        HttpUrl own = address.url();
        if (!client.refersTo(by)
                || own.port() != url.port()
                || own.isHttps() != (url.isHttps() || address.sslSocketFactory() instanceof MeshTls)
                || !own.host().equals(url.host())) {
            return false;
        }
        for (int i = 0; i < settings.length; i++) {
            if (settings[i] != get(i, maker)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Object get(int setting, Object chain) {
        try {
            return (Object) SETTINGS.get(setting).invokeExact(chain);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    private static List<MethodHandle> settings(String... names) {
        List<MethodHandle> found = new ArrayList<>();
        for (String name : names) {
            MethodHandle getter = Members.methodIfAny(Interceptor.Chain.class, name);
            if (getter != null) {
                found.add(getter.asType(MethodType.methodType(Object.class, Object.class)));
            }
        }
        return List.copyOf(found);
    }
}
