package dev.weft.proxy.intercept;

/** A chain of ours, and where the kernel comes by. */
enum Chain {
    /** Connections and questions that begin here. */
    WEFT_OUTPUT("nat", "OUTPUT"),
    /** Connections that come from elsewhere. */
    WEFT_INBOUND("nat", "PREROUTING"),
    /** Before connection tracking: what leaves. */
    WEFT_ZONE_OUT("raw", "OUTPUT");

    static final String PREFIX = "WEFT_";

    final String table;
    final String hook;

    Chain(String table, String hook) {
        this.table = table;
        this.hook = hook;
    }
}
