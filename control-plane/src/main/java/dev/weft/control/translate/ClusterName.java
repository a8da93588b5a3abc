package dev.weft.control.translate;

/** Names of resources, as Istio writes them: {@code outbound|PORT|SUBSET|HOST}. */
final class ClusterName {
    private ClusterName() {}

    /** Workloads that register by stream declare no service ports: port 0 stands for any. */
    static String of(String subset, String host) {
        return "outbound|0|" + subset + "|" + host;
    }

    static String routes(String host) {
        return of("", host);
    }

    /** Istio's server name for a cluster, which is a legal name where {@code |} is not. */
    static String sni(String subset, String host) {
        return "outbound_.0_." + subset + "_." + host;
    }
}
