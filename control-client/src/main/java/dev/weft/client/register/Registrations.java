package dev.weft.client.register;

import dev.weft.protocol.register.RegistrationName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The ports this workload offers, as names that are subscribed to, and what became of each. */
public final class Registrations {
    private final Map<String, String> states = new TreeMap<>();

    /** Adds or replaces one; returns all names. */
    public Collection<String> add(String service, int port, String protocol, Map<String, String> labels) {
        String name = RegistrationName.of(service, Integer.toString(port), protocol, labels);
        if (!states.containsKey(name)) {
            remove(service, port);
            states.put(name, "asked for");
        }
        return names();
    }

    /** Removes one; returns all names. */
    public Collection<String> remove(String service, int port) {
        String start = service + ":" + port + "/";
        states.keySet().removeIf(name -> name.startsWith(start));
        return names();
    }

    private Collection<String> names() {
        return List.copyOf(states.keySet());
    }

    /** Whether that is news. */
    public boolean answered(String name, String state) {
        return states.containsKey(name) && !state.equals(states.put(name, state));
    }

    public Map<String, String> states() {
        return states;
    }
}
