package dev.weft.control.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * What the workloads of a namespace see of the mesh (Istio: {@code Sidecar} without a selector).
 *
 * @param egress hosts, one of which a service must be; empty for nothing at all
 */
public record Sidecar(Origin origin, String name, String namespace, List<Egress> egress) implements Rule {
    public Sidecar {
        egress = List.copyOf(egress);
    }

    /**
     * Some hosts.
     *
     * @param namespace of the service; {@code *} for any
     * @param host full name, {@code *.SUFFIX} or {@code *}
     */
    public record Egress(String namespace, String host) {
        boolean takes(String hostsNamespace, String of) {
            boolean isNear = namespace.equals("*") || namespace.equals(hostsNamespace);
            boolean isNamed = host.equals("*")
                    || host.equals(of)
                    || (host.startsWith("*.") && of.length() > host.length() - 1 && of.endsWith(host.substring(1)));
            return isNear && isNamed;
        }
    }

    /** Whether a service is seen. */
    public boolean takes(String hostsNamespace, String host) {
        return egress.stream().anyMatch(one -> one.takes(hostsNamespace, host));
    }

    static Sidecar read(Header header, HostNames names, Fields spec) {
        spec.notYet("workloadSelector");
        spec.noEffect("only calls that go out are treated", "ingress", "inboundConnectionPool");
        Fields policy = spec.object("outboundTrafficPolicy");
        if (policy != null) {
            policy.word("mode", List.of("ALLOW_ANY"), List.of("REGISTRY_ONLY"));
            policy.notYet("egressProxy");
            policy.end();
        }
        List<Egress> egress = new ArrayList<>();
        for (Fields listener : spec.objects("egress")) {
            listener.noEffect(
                    "a caller has no listeners: the hosts are seen at every port", "port", "bind", "captureMode");
            for (String text : listener.texts("hosts")) {
                egress(header, names, listener, text, egress);
            }
            if (!listener.has("hosts") || listener.isEmptyList("hosts")) {
                listener.wrong("hosts", "is missing");
            }
            listener.end();
        }
        boolean isOpen = !spec.has("egress");
        spec.end();
        return new Sidecar(
                header.origin(), header.name(), header.namespace(), isOpen ? List.of(new Egress("*", "*")) : egress);
    }

    private static void egress(Header header, HostNames names, Fields listener, String text, List<Egress> into) {
        int slash = text.indexOf('/');
        String namespace = slash < 0 ? "" : text.substring(0, slash);
        String host = text.substring(slash + 1);
        String bare = host.startsWith("*.") ? host.substring(2) : host;
        String wrong = host.equals("*") ? null : HostNames.wrong(bare);
        if (namespace.isEmpty()) {
            listener.wrong("hosts", "'" + text + "' must be NAMESPACE/HOST");
        } else if (wrong != null) {
            listener.wrong("hosts", wrong);
        } else if (!namespace.equals("~")) {
            boolean isPattern = host.startsWith("*");
            String of = namespace.equals(".") ? header.namespace() : namespace;
            into.add(new Egress(of, isPattern ? host : names.full(host, of.equals("*") ? header.namespace() : of)));
        }
    }
}
