package dev.weft.control.translate;

/** Names of resources, as Istio writes them: {@code outbound|PORT|SUBSET|HOST}. */
final class ClusterName {
    private ClusterName() {}

    /** @param port 0 stands for any: workloads that register by stream declare no service ports */
    static String of(int port, String subset, String host) {
        return "outbound|" + port + "|" + subset + "|" + host;
    }

    static String routes(String host, int port) {
        return of(port, "", host);
    }

    /** By which a client asks for a host, or for one of the ports that it declares. */
    static String listener(String host, int port) {
        return port == 0 ? host : host + ":" + port;
    }

    /** Istio's server name for a cluster, which is a legal name where {@code |} is not. */
    static String sni(int port, String subset, String host) {
        return "outbound_." + port + "_." + subset + "_." + host;
    }
}
