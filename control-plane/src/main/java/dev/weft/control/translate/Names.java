package dev.weft.control.translate;

import java.util.List;

/**
 * The names by which a service may be called.
 *
 * @param domain the mesh's own, such as {@code cluster.local}
 */
public record Names(String domain) {
    /** Every name of a host, short ones first. */
    List<String> all(String host) {
        String service = shortName(host);
        if (service.isEmpty()) {
            return List.of(host);
        }
        String namespace = namespace(host, service);
        String qualified = service + "." + namespace;
        return List.of(service, qualified, qualified + ".svc", host);
    }

    /** The names besides the full one by which a client of this namespace may call a host. */
    public List<String> aliases(String host, String clientNamespace) {
        String service = shortName(host);
        if (service.isEmpty()) {
            return List.of();
        }
        String namespace = namespace(host, service);
        String qualified = service + "." + namespace;
        return namespace.equals(clientNamespace)
                ? List.of(service, qualified, qualified + ".svc")
                : List.of(qualified, qualified + ".svc");
    }

    /** Empty when the host is not {@code SERVICE.NAMESPACE.svc.DOMAIN}. */
    private String shortName(String host) {
        String suffix = ".svc." + domain;
        int dot = host.indexOf('.');
        if (dot <= 0 || !host.endsWith(suffix)) {
            return "";
        }
        int namespaceEnd = host.length() - suffix.length();
        boolean isOneLabel = dot + 1 < namespaceEnd && host.indexOf('.', dot + 1) == namespaceEnd;
        return isOneLabel ? host.substring(0, dot) : "";
    }

    /** Of a host that is a service of some namespace; else empty. */
    String namespace(String host) {
        String service = shortName(host);
        return service.isEmpty() ? "" : namespace(host, service);
    }

    private String namespace(String host, String service) {
        return host.substring(service.length() + 1, host.length() - (".svc." + domain).length());
    }
}
