package dev.weft.adapters.urlconnection;

/** The packages of the JDK that the adapter reaches into. Each hook has them opened: any may be the first to link. */
final class Opens {
    static final String ALL = "java.base/sun.net.www.protocol.http,"
            + "java.base/sun.net.www.protocol.https,"
            + "java.base/sun.net.www.http,"
            + "java.base/sun.net.www,"
            + "java.base/sun.net,"
            + "java.base/java.net,"
            + "java.base/sun.nio.ch,"
            + "java.base/sun.security.ssl";

    private Opens() {}
}
