package dev.weft.engine.snapshot;

/**
 * Where connections go of which nothing but their bytes is known (Envoy: {@code tcp_proxy.v3.TcpProxy}).
 *
 * @param route takes all of them, and forwards
 * @param idleNanos with no byte in either direction, after which a connection ends; {@link Long#MAX_VALUE} for never
 * @param tls whether clients begin with TLS, so that the name in their first message can be waited for (Envoy: the
 *     listener filter {@code tls_inspector})
 */
public record TcpProxy(Route route, long idleNanos, boolean tls) {
    public TcpProxy {
        if (!(route.action() instanceof Action.Forward)) {
            throw new IllegalArgumentException("tcp_proxy: the route '" + route.name() + "' doesn't forward");
        }
        if (idleNanos <= 0) {
            throw new IllegalArgumentException("tcp_proxy.idle_timeout: " + idleNanos + " ns is not above 0");
        }
    }
}
