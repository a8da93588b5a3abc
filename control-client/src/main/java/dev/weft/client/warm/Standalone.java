package dev.weft.client.warm;

import dev.weft.client.resource.Resource;
import dev.weft.client.resource.ResourceName;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Domain;
import dev.weft.engine.snapshot.Home;
import dev.weft.engine.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that a closed set of resources makes, with no control plane to ask for more: read
 * and put together exactly as what comes over a stream.
 *
 * @param snapshot of every resource that was not refused; calls to a cluster that is not among them find
 *     no endpoint. Without a directory, names that have no listener pass through
 * @param refused one sentence for each reason, beginning with type and name of the resource
 * @param unsupported what was set and is not done, by the names of the fields
 */
public record Standalone(Snapshot snapshot, List<String> refused, Set<String> unsupported) {
    private static final List<ResourceType> REFERRED =
            List.of(ResourceType.ROUTES, ResourceType.CLUSTER, ResourceType.ENDPOINTS);

    /**
     * @param any the encoded {@code google.protobuf.Any}
     */
    public record Given(ResourceType type, String name, byte[] any) {}

    public Standalone {
        refused = List.copyOf(refused);
        unsupported = Set.copyOf(unsupported);
    }

    /** @param version what the snapshot is called */
    public static Standalone of(String version, ResourceReader reader, List<Given> resources) {
        return of(version, null, reader, resources);
    }

    /**
     * @param version what the snapshot is called
     * @param home where the caller is; null where its zone makes no difference
     */
    public static Standalone of(String version, @Nullable Home home, ResourceReader reader, List<Given> resources) {
        var store = new Store(reader);
        var tree = new Tree(store, home);
        List<String> refused = new ArrayList<>();
        Set<String> unsupported = new TreeSet<>();
        for (Given given : resources) {
            var outcome = store.put(given.type(), ResourceName.canonical(given.name()), version, given.any());
            outcome.errors().forEach(why -> refused.add(given.type() + " " + given.name() + ": " + why));
            unsupported.addAll(outcome.unsupported());
            if (given.type() == ResourceType.LISTENER) {
                want(given.name(), tree, refused);
            }
        }
        for (ResourceType type : REFERRED) {
            for (String name : tree.needed(type)) {
                if (store.unknown(type, name)) {
                    store.missing(type, name, "is not given");
                }
            }
        }
        tree.advance();
        return new Standalone(Assembly.snapshot(version, directory(store), tree), refused, unsupported);
    }

    /** A listener speaks for the host that it is named after. */
    private static void want(String listener, Tree tree, List<String> refused) {
        try {
            Domain.parse(listener);
            tree.want(listener);
        } catch (IllegalArgumentException e) {
            refused.add(ResourceType.LISTENER + " " + listener + ": name: " + e.getMessage());
        }
    }

    private static Directory directory(Store store) {
        for (var held : store.held(ResourceType.DIRECTORY).entrySet()) {
            if (held.getValue().resource() instanceof Resource.Names) {
                var listing = new Listing(store, ResourceType.DIRECTORY, held.getKey());
                listing.changed();
                var names = listing.take();
                if (names != null) {
                    return new Directory(Directory.State.KNOWN, names);
                }
            }
        }
        return new Directory(Directory.State.FAILED, Map.of());
    }
}
