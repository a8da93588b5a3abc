package dev.weft.protocol.local;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a running control plane writes down for its user's other processes.
 *
 * @param xds {@code host:port} of its xDS server
 * @param rest {@code host:port} of its REST API, with {@code https://} before it where it speaks TLS
 * @param token bearer token for whatever changes state; empty when it gives none away
 */
public record ControlPlaneFile(long pid, String xds, String rest, String token) {
    static final String NAME = "control-plane.json";

    /** Hides the token, so that a logged record gives nothing away. */
    @Override
    public String toString() {
        return "ControlPlaneFile[pid=" + pid + ", xds=" + xds + ", rest=" + rest + "]";
    }

    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("pid", Long.toString(pid));
        fields.put("xds", xds);
        fields.put("rest", rest);
        fields.put("token", token);
        return fields;
    }

    static ControlPlaneFile of(Map<String, String> fields) throws IOException {
        return new ControlPlaneFile(
                FlatJson.pid(fields),
                FlatJson.require(fields, "xds"),
                FlatJson.require(fields, "rest"),
                fields.getOrDefault("token", ""));
    }
}
