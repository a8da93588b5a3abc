package dev.weft.client.report;

import java.util.List;
import java.util.Map;

/**
 * How the client stands, for the config dump.
 *
 * @param connected whether the current stream has brought a response
 * @param controlPlane how it calls itself; empty before its first answer
 * @param lastError why there was no stream last time; empty while connected
 * @param snapshot version of what is published
 * @param resources by kind: name and version of what is in force
 * @param unsupported fields that were set and are left out
 * @param registrations what was registered, and what the control plane said
 */
public record Status(
        boolean connected,
        String controlPlane,
        String lastError,
        String snapshot,
        Map<String, Map<String, String>> resources,
        List<Refused> refused,
        List<String> unsupported,
        Map<String, String> registrations) {
    public static final Status BEFORE =
            new Status(false, "", "not started", "", Map.of(), List.of(), List.of(), Map.of());

    public Status {
        resources = Map.copyOf(resources);
        refused = List.copyOf(refused);
        unsupported = List.copyOf(unsupported);
        registrations = Map.copyOf(registrations);
    }

    /** A resource that was refused; the last good one, if there was one, is in force. */
    public record Refused(String kind, String name, String version, List<String> reasons) {
        public Refused {
            reasons = List.copyOf(reasons);
        }
    }
}
