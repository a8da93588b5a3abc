package dev.weft.client.warm;

import dev.weft.client.resource.Resource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.snapshot.Directory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's directory as it arrives: whole, or in parts. While parts are still to come, the list before
 * stays in force.
 */
final class Listing {
    private final Store store;
    private final ResourceType type;
    private final String namespace;
    private boolean isNew;

    /** @param type of the resources in which the names stand */
    Listing(Store store, ResourceType type, String namespace) {
        this.store = store;
        this.type = type;
        this.namespace = namespace;
    }

    /** Whether a resource of this name may be of this list. */
    boolean has(String name) {
        return name.equals(namespace) || name.startsWith(namespace + "/");
    }

    /** What is to be asked for, as far as it is known. */
    List<String> wanted() {
        List<String> names = new ArrayList<>();
        names.add(namespace);
        if (store.get(type, namespace) instanceof Resource.Names index) {
            for (int part = 0; part < index.parts(); part++) {
                names.add(namespace + "/" + index.parts() + "/" + part);
            }
        }
        return names;
    }

    /** Something of it has come that is not as it was. */
    void changed() {
        isNew = true;
    }

    /** The whole of it, once after it has changed; null where it has not, or something of it is still to come. */
    @Nullable
    Map<String, Directory.Entry> take() {
        if (!isNew || !(store.get(type, namespace) instanceof Resource.Names index)) {
            return null;
        }
        var wanted = wanted();
        var held = store.held(type);
        if (!held.keySet().containsAll(wanted)) {
            return null;
        }
        isNew = false;
        store.retain(type, wanted);
        return index.parts() == 0 ? index.entries() : ResourceReader.names(bytes(held, wanted));
    }

    private static Collection<byte[]> bytes(Map<String, Store.Held> held, List<String> wanted) {
        List<byte[]> parts = new ArrayList<>();
        for (String name : wanted.subList(1, wanted.size())) {
            var part = held.get(name);
            if (part != null) {
                parts.add(part.any());
            }
        }
        return parts;
    }
}
