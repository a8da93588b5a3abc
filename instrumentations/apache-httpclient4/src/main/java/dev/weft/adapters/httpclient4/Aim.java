package dev.weft.adapters.httpclient4;

import dev.weft.engine.snapshot.Transport;
import java.net.InetSocketAddress;
import org.apache.http.HttpHost;
import org.apache.http.conn.routing.HttpRoute;
import org.jspecify.annotations.Nullable;

/**
 * Where the connections of attempts at one endpoint go.
 *
 * @param logical the route that the application's call takes
 * @param address of the endpoint
 * @param tls TLS of the mesh, null for what the application asked for
 * @param route what the pool keys connections by
 * @param named the logical name at the endpoint's port: what TLS of the application checks
 */
record Aim(HttpRoute logical, InetSocketAddress address, Transport.@Nullable Tls tls, HttpRoute route, HttpHost named) {
    boolean is(HttpRoute route, InetSocketAddress at, Transport.@Nullable Tls over) {
        return over == tls && at.equals(address) && route.equals(logical);
    }
}
