package dev.weft.adapters.okhttp;

import java.net.Proxy;
import java.net.ProxySelector;
import java.util.List;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/** Whether a proxy that the application configured decides where a call goes. */
final class Proxies {
    private Proxies() {}

    static boolean apply(Rewind rewind, Interceptor.Chain chain) {
        Proxy own = rewind.proxy(chain);
        if (own != null) {
            return own.type() != Proxy.Type.DIRECT;
        }
        ProxySelector selector = rewind.proxySelector(chain);
        return selector != null
                && !knownToChooseNone(selector)
                && proxied(selector.select(chain.request().url().uri()));
    }

    /** The selectors that nearly everybody has. Asking them costs as much as the rest of what we do. */
    private static boolean knownToChooseNone(ProxySelector selector) {
        return switch (selector.getClass().getName()) {
            case "okhttp3.internal.proxy.NullProxySelector" -> true;
            case "sun.net.spi.DefaultProxySelector" ->
                unset("http.proxyHost")
                        && unset("https.proxyHost")
                        && unset("proxyHost")
                        && unset("socksProxyHost")
                        && !Boolean.getBoolean("java.net.useSystemProxies");
            default -> false;
        };
    }

    private static boolean unset(String property) {
        return System.getProperty(property) == null;
    }

    /** The library goes direct when it is told nothing. */
    private static boolean proxied(@Nullable List<Proxy> chosen) {
        return chosen != null && !chosen.isEmpty() && chosen.get(0).type() != Proxy.Type.DIRECT;
    }
}
