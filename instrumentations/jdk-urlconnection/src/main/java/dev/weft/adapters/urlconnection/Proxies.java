package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.ProxySettings;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** Whether the application, or the JVM's settings, send a request through a proxy: then that decides where it goes. */
final class Proxies {
    private Proxies() {}

    /** Asks what the library would ask, which then doesn't ask again. */
    static boolean chosen(HttpURLConnection connection) {
        Proxy own = Connections.proxy(connection);
        if (own != null) {
            return own.type() != Proxy.Type.DIRECT;
        }
        ProxySelector selector = ProxySelector.getDefault();
        if (selector == null || ProxySettings.chooseNone(selector, Connections.secure(connection))) {
            return false;
        }
        URI uri;
        try {
            uri = connection.getURL().toURI();
        } catch (URISyntaxException loose) {
            return true; // the library knows better what to make of it
        }
        try {
            List<Proxy> proxies = selector.select(uri);
            return proxies != null && !proxies.isEmpty() && proxies.get(0).type() != Proxy.Type.DIRECT;
        } catch (IllegalArgumentException unfit) {
            return true; // and what that means to the application
        }
    }
}
