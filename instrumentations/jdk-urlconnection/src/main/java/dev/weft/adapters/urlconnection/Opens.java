package dev.weft.adapters.urlconnection;

/** The packages of the JDK that the adapter reaches into. Each hook has them opened: any may be the first to link. */
final class Opens {
    static final String CONNECTION = "java.base/sun.net.www.protocol.http";
    static final String DELEGATE = "java.base/sun.net.www.protocol.https";
    static final String CLIENT = "java.base/sun.net.www.http";
    static final String HEADER = "java.base/sun.net.www";
    static final String NETWORK = "java.base/sun.net";
    static final String NET = "java.base/java.net";
    static final String POLL = "java.base/sun.nio.ch";
    static final String TLS = "java.base/sun.security.ssl";

    private Opens() {}
}
