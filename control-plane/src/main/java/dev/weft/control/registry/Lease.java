package dev.weft.control.registry;

import dev.weft.control.identity.Shown;
import dev.weft.control.registry.RegistrationName.RefusedException;
import dev.weft.control.store.Resource;
import dev.weft.control.store.Source;
import dev.weft.protocol.v1.WorkloadRegistration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one stream has registered. To subscribe to a name is to register it, to unsubscribe is to
 * deregister, and the resource of that name says what became of it. Used from the serial queue only.
 */
public final class Lease implements Source {
    static final int MAX_NAMES = 64;

    private final Registry registry;
    private final NodeIdentity node;
    private final Shown shown;
    private final Map<String, Registered> entries = new HashMap<>();
    private final Map<String, String> refused = new HashMap<>();

    /** What is registered without having been asked for by name. */
    private final Map<Offer, Registered> offered = new HashMap<>();

    /** What a newer stream has registered, and is not to be taken back from it. */
    private final Set<Offer> taken = new HashSet<>();

    private boolean isOffering;
    private @Nullable Watcher watcher;
    private @Nullable Health health;

    Lease(Registry registry, NodeIdentity node, Shown shown) {
        this.registry = registry;
        this.node = node;
        this.shown = shown;
    }

    Shown shown() {
        return shown;
    }

    public NodeIdentity node() {
        return node;
    }

    @Nullable
    Health health() {
        return health;
    }

    /** The workload says how it is; this counts for all it has registered and will register. */
    public void health(Health now) {
        health = now;
        List.copyOf(entries.entrySet()).forEach(registered -> {
            registry.health(registered.getValue(), now);
            tell(registered.getKey());
        });
        List.copyOf(offered.values()).forEach(registered -> registry.health(registered, now));
    }

    /**
     * What the workload is to be registered as without asking, instead of what it was before.
     *
     * @param refusals told the reason for each that can't be
     */
    public void offer(Collection<Offer> offers, Consumer<String> refusals) {
        isOffering = true;
        for (Offer offer : offers) {
            if (!offered.containsKey(offer) && !taken.contains(offer)) {
                try {
                    offered.put(offer, registry.register(this, offer));
                } catch (RefusedException e) {
                    refusals.accept("registration '" + offer.name() + "' refused: " + e.getMessage());
                }
            }
        }
        isOffering = false;
        // Afterwards: one that is offered with other labels than before has taken its own place.
        List.copyOf(offered.entrySet()).forEach(known -> {
            if (!offers.contains(known.getKey())) {
                offered.remove(known.getKey());
                registry.remove(known.getValue(), "it is not to be registered any more");
            }
        });
    }

    /** The stream has ended. */
    public void close() {
        List.copyOf(entries.values()).forEach(registry::streamLost);
        entries.clear();
        List.copyOf(offered.values()).forEach(registry::streamLost);
        offered.clear();
        watcher = null;
        registry.ended(this);
    }

    /** Another stream has registered the same port: the newest wins. */
    void lost(Registered entry) {
        List.copyOf(offered.entrySet()).forEach(known -> {
            if (known.getValue() == entry) {
                offered.remove(known.getKey());
                if (!isOffering) {
                    taken.add(known.getKey());
                }
            }
        });
        List.copyOf(entries.entrySet()).forEach(registered -> {
            if (registered.getValue() == entry) {
                entries.remove(registered.getKey());
                refused.put(registered.getKey(), "a newer stream has registered " + entry);
                tell(registered.getKey());
            }
        });
    }

    @Override
    public void subscribe(String name, Watcher newWatcher) {
        watcher = newWatcher;
        if (entries.containsKey(name)) {
            return;
        }
        try {
            if (entries.size() >= MAX_NAMES) {
                throw new RefusedException("this stream has registered " + MAX_NAMES + " ports already");
            }
            entries.put(name, registry.register(this, Offer.of(name)));
            refused.remove(name);
        } catch (RefusedException e) {
            refused.put(name, e.getMessage());
        }
    }

    @Override
    public void unsubscribe(String name, Watcher oldWatcher) {
        refused.remove(name);
        Registered entry = entries.remove(name);
        if (entry != null) {
            registry.remove(entry, "deregistered");
        }
    }

    @Override
    public @Nullable Resource get(String name) {
        Registered entry = entries.get(name);
        if (entry == null) {
            return null;
        }
        Instance instance = entry.instance();
        return Resource.of(
                name,
                WorkloadRegistration.newBuilder()
                        .setHost(instance.host())
                        .setAddress(instance.address())
                        .setPort(instance.port())
                        .setProtocol(instance.protocol())
                        .putAllLabels(instance.labels())
                        .setState(instance.state().name())
                        .build());
    }

    @Override
    public @Nullable String refusal(String name) {
        return refused.get(name);
    }

    @Override
    public Collection<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Registrations are asked for one by one. */
    @Override
    public void subscribeAll(Watcher newWatcher) {}

    @Override
    public void unsubscribeAll(Watcher oldWatcher) {}

    /** Something about an entry has changed that did not come from the workload itself. */
    void changed(Registered entry) {
        entries.forEach((name, registered) -> {
            if (registered == entry) {
                tell(name);
            }
        });
    }

    private void tell(String name) {
        if (watcher != null) {
            watcher.changed(name);
        }
    }
}
