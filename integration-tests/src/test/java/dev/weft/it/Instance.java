package dev.weft.it;

/** The sample application's server in a JVM of its own. */
record Instance(Running running, String id, int port, Admin admin) {
    String url() {
        return "http://127.0.0.1:" + port;
    }
}
