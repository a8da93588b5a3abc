package dev.weft.control.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.control.pause.Pause;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What agents are to do or to leave whatever the rules say (RTDS): a layer for each service whose agents follow it,
 * {@code NAMESPACE/SERVICE}. It says so also where nothing is paused, because a client of the state of the world is
 * never told that something is gone. Used from the serial queue only.
 */
public final class RuntimeLayers {
    /** Calls go as without the mesh, but for those that must be secured. */
    public static final String PAUSED = "weft.paused";

    private static final int MAX_NAMES = 100_000;
    private static final int MAX_LENGTH = 2 * 63 + 1;

    private final ResourceStore store;
    private final Set<String> names = new LinkedHashSet<>();

    /** Whose last follower has gone. */
    private final Set<String> left = new LinkedHashSet<>();

    private List<Pause> pauses = List.of();

    public RuntimeLayers(ResourceStore store) {
        this.store = store;
        store.whenLeft(Types.RUNTIME, name -> {
            if (names.contains(name)) {
                left.add(name);
            }
        });
    }

    /** Someone wants a resource; a layer exists as soon as it is wanted. */
    public void wanted(String type, String name) {
        boolean isOne = type.equals(Types.RUNTIME) && name.length() <= MAX_LENGTH && name.indexOf('/') > 0;
        if (isOne && !names.contains(name) && hasRoom()) {
            names.add(name);
            write(name);
        }
    }

    private boolean hasRoom() {
        if (names.size() >= MAX_NAMES) {
            forgetLeft();
        }
        return names.size() < MAX_NAMES;
    }

    /** Names are what clients say: of those that have left nothing stays. */
    private void forgetLeft() {
        for (String name : left) {
            if (!store.isFollowed(Types.RUNTIME, name)) {
                names.remove(name);
                store.remove(Types.RUNTIME, name);
            }
        }
        left.clear();
    }

    /** These count from now on. */
    public void apply(List<Pause> now) {
        pauses = now;
        forgetLeft();
        names.forEach(this::write);
    }

    /** Whether the agents of a service are to be paused. */
    public boolean isPaused(String namespace, String service) {
        return pauses.stream().anyMatch(pause -> pause.takes(namespace, service));
    }

    private void write(String name) {
        int slash = name.indexOf('/');
        boolean isPaused = isPaused(name.substring(0, slash), name.substring(slash + 1));
        Struct layer = Struct.newBuilder()
                .putFields(PAUSED, Value.newBuilder().setBoolValue(isPaused).build())
                .build();
        store.put(name, Runtime.newBuilder().setName(name).setLayer(layer).build());
    }
}
