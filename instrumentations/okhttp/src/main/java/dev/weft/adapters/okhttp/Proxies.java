package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.ProxySettings;
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
                && !knownToChooseNone(selector, chain.request().isHttps())
                && proxied(selector.select(chain.request().url().uri()));
    }

    /** The selectors that nearly everybody has. */
    private static boolean knownToChooseNone(ProxySelector selector, boolean secure) {
        return selector.getClass().getName().equals("okhttp3.internal.proxy.NullProxySelector")
                || ProxySettings.chooseNone(selector, secure);
    }

    /** The library goes direct when it is told nothing. */
    private static boolean proxied(@Nullable List<Proxy> chosen) {
        return chosen != null && !chosen.isEmpty() && chosen.get(0).type() != Proxy.Type.DIRECT;
    }
}
