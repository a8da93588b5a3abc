package dev.weft.demo;

import java.util.Map;

/** One instance of a service in the fleet: what it is and where it listens. It keeps its port when it restarts. */
record Member(String name, String service, int port, Map<String, String> environment) {

    /** The environment that an operator would give it: where it is, which version it is, nothing else. */
    static Member of(String name, String service, int port, String version) {
        return new Member(
                name,
                service,
                port,
                Map.of(
                        "SERVER_ADDRESS", "127.0.0.1",
                        "SERVER_PORT", Integer.toString(port),
                        "WEFT_ADDRESS", "127.0.0.1",
                        "WEFT_VERSION", version,
                        "WEFT_REGION", "home",
                        "WEFT_ZONE", "desk"));
    }

    String address() {
        return "127.0.0.1:" + port;
    }
}
