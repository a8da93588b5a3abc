package dev.weft.control.registry;

import org.jspecify.annotations.Nullable;

/** What instances are called in a store that replicas share: {@code FOLDER/HOST/ADDRESS:PORT}. */
final class SharedNames {
    /** Each instance, as the replica that keeps it says. */
    static final String INSTANCES = "instances";

    /** What an operator has said of an instance, at whichever replica. */
    static final String WORDS = "operators";

    private SharedNames() {}

    static String of(String folder, Instance.Key key) {
        return folder + "/" + key.host() + "/" + key;
    }

    /** Null for what is none of these names. */
    static Instance.@Nullable Key key(String name) {
        String[] parts = name.split("/", -1);
        String endpoint = parts[parts.length - 1];
        int colon = endpoint.lastIndexOf(':');
        String port = endpoint.substring(colon + 1);
        if (parts.length != 3 || parts[1].isEmpty() || colon < 1 || !port.matches("[0-9]{1,5}")) {
            return null;
        }
        String address = Registration.canonical(endpoint.substring(0, colon).replaceAll("[\\[\\]]", ""));
        return address == null ? null : new Instance.Key(parts[1], address, Integer.parseInt(port));
    }
}
