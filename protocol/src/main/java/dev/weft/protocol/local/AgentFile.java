package dev.weft.protocol.local;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an agent writes down so that its user can reach its admin endpoint.
 *
 * @param admin {@code host:port} or {@code unix:///path}
 * @param token bearer token for whatever changes state, in hex
 */
public record AgentFile(long pid, String service, String admin, String token) {
    /** Hides the token, so that a logged record gives nothing away. */
    @Override
    public String toString() {
        return "AgentFile[pid=" + pid + ", service=" + service + ", admin=" + admin + "]";
    }

    static String name(long pid) {
        return pid + ".json";
    }

    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("pid", Long.toString(pid));
        fields.put("service", service);
        fields.put("admin", admin);
        fields.put("token", token);
        return fields;
    }

    static AgentFile of(Map<String, String> fields) throws IOException {
        return new AgentFile(
                FlatJson.pid(fields),
                FlatJson.require(fields, "service"),
                FlatJson.require(fields, "admin"),
                FlatJson.require(fields, "token"));
    }
}
