package dev.weft.control.translate;

import dev.weft.control.registry.Instance;
import dev.weft.control.rule.VirtualService.TcpRoute;
import java.util.List;
import java.util.Locale;

/** What is spoken on a port of a service. */
enum Speech {
    /** HTTP alone, in any of its versions. */
    HTTP,
    /** Anything, of which nothing but its bytes is looked at. */
    TCP,
    /** TLS, of which the name is looked at that its client says. */
    TLS,
    /** HTTP, or anything else: what comes first decides. HTTPS is of this kind too: who makes calls knows their insides. */
    ANY;

    /** @param protocol of Istio's names, in any case, or {@code auto} */
    static Speech of(String protocol) {
        return switch (protocol.toUpperCase(Locale.ROOT)) {
            case "HTTP", "HTTP2", "GRPC", "GRPC-WEB" -> HTTP;
            case "HTTPS", "AUTO" -> ANY;
            case "TLS" -> TLS;
            case "TCP", "MONGO", "MYSQL", "REDIS", "THRIFT" -> TCP;
            default -> HTTP; // what registers under a name of its own has always been called by HTTP
        };
    }

    /** Of a service whose ports nobody declares, as its instances say it. */
    static Speech of(List<Instance> instances) {
        Speech all = null;
        String last = "";
        for (Instance instance : instances) {
            if (all == null || !instance.protocol().equals(last)) {
                last = instance.protocol();
                Speech one = of(last);
                all = all == null || all == one ? one : ANY;
            }
        }
        return all == null ? HTTP : all;
    }

    /** Whether a route for connections is one for what is spoken here. */
    boolean takes(TcpRoute route) {
        return this == ANY || (this == TLS) == route.isTls();
    }

    /** As rules make it of what instances say: whoever writes routes for connections means connections. */
    Speech under(boolean http, List<TcpRoute> tcp) {
        if (tcp.isEmpty()) {
            return this;
        }
        return http ? ANY : tcp.stream().allMatch(TcpRoute::isTls) ? TLS : TCP;
    }
}
