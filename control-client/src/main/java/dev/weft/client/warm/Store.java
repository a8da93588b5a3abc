package dev.weft.client.warm;

import dev.weft.client.report.Status;
import dev.weft.client.resource.Reading;
import dev.weft.client.resource.Resource;
import dev.weft.client.resource.ResourceName;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.engine.snapshot.Transport;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The last good resource of each name, with the bytes it came in; and what is known to be absent or was refused. Names
 * are canonical, but those that are only looked up may be as they stand in another resource.
 */
final class Store {
    private final ResourceReader reader;
    private final Map<ResourceType, Map<String, Held>> held = new EnumMap<>(ResourceType.class);
    private final Map<ResourceType, Map<String, String>> absent = new EnumMap<>(ResourceType.class);
    private final Map<ResourceType, Map<String, Refused>> refused = new EnumMap<>(ResourceType.class);
    /** Why nothing can be said of what is not here; for the moment only. */
    private final Map<ResourceType, Map<String, String>> failing = new EnumMap<>(ResourceType.class);
    /** Given up though nothing has taken its place, with the reason. */
    private final Map<ResourceType, Map<String, String>> dropped = new EnumMap<>(ResourceType.class);
    /** Refused, and to be secured as nobody here can: in force instead of a last good one that isn't secured. */
    private final Map<ResourceType, Map<String, Held>> shut = new EnumMap<>(ResourceType.class);

    /**
     * @param unsupported fields that it sets and that are left out
     * @param stale the control plane has taken it away, and something live still refers to it
     */
    record Held(Resource resource, String version, byte[] any, Set<String> unsupported, boolean stale) {
        Held asOf(String version, boolean stale) {
            return new Held(resource, version, any, unsupported, stale);
        }
    }

    /** @param waits whether it may be good later, as it is */
    record Refused(String version, byte[] any, List<String> reasons, boolean waits) {}

    /**
     * What came of a new resource.
     *
     * @param unsupported fields that it sets, and that nothing here has set so far
     */
    record Outcome(List<String> errors, Collection<String> unsupported, boolean changed) {
        static final Outcome SAME = new Outcome(List.of(), List.of(), false);
    }

    Store(ResourceReader reader) {
        this.reader = reader;
        for (ResourceType type : ResourceType.values()) {
            held.put(type, new HashMap<>());
            absent.put(type, new HashMap<>());
            refused.put(type, new TreeMap<>());
            failing.put(type, new HashMap<>());
            dropped.put(type, new HashMap<>());
            shut.put(type, new HashMap<>());
        }
    }

    private static <T> Map<String, T> of(Map<ResourceType, Map<String, T>> all, ResourceType type) {
        var one = all.get(type);
        if (one == null) {
            throw new IllegalArgumentException("no store of " + type);
        }
        return one;
    }

    Outcome put(ResourceType type, String name, String version, byte[] any) {
        var before = of(held, type).get(name);
        if (before != null && Arrays.equals(before.any(), any)) {
            of(held, type).put(name, before.asOf(version, false));
            of(refused, type).remove(name);
            return of(shut, type).remove(name) == null ? Outcome.SAME : new Outcome(List.of(), List.of(), true);
        }
        var last = of(refused, type).get(name);
        boolean same = last != null && Arrays.equals(last.any(), any);
        if (last != null && same && !last.waits()) {
            return new Outcome(last.reasons(), List.of(), false);
        }
        var reading = reader.read(type, name, any);
        if (reading instanceof Reading.Accepted accepted) {
            var news = new TreeSet<>(accepted.unsupported());
            news.removeIf(this::isUnsupported);
            of(held, type).put(name, new Held(accepted.resource(), version, any, accepted.unsupported(), false));
            of(refused, type).remove(name);
            of(absent, type).remove(name);
            of(failing, type).remove(name);
            of(dropped, type).remove(name);
            of(shut, type).remove(name);
            return new Outcome(List.of(), news, true);
        }
        var refusal = (Reading.Refused) reading;
        of(refused, type).put(name, new Refused(version, any, refusal.reasons(), refusal.waits()));
        if (refusal.shut() != null && !isSecured(before)) {
            of(shut, type).put(name, new Held(refusal.shut(), version, any, Set.of(), false));
        }
        boolean told = last != null && same && last.reasons().equals(refusal.reasons());
        return new Outcome(refusal.reasons(), List.of(), !told);
    }

    /** What was refused and may be good by now, by its names. */
    Map<String, Refused> waiting(ResourceType type) {
        Map<String, Refused> waiting = new TreeMap<>();
        of(refused, type).forEach((name, one) -> {
            if (one.waits()) {
                waiting.put(name, one);
            }
        });
        return waiting;
    }

    private static boolean isSecured(@Nullable Held held) {
        return held != null
                && held.resource() instanceof Resource.ClusterSpec spec
                && spec.transport() instanceof Transport.Tls;
    }

    /** Whether nothing goes there, since it can't be secured as it has to be. */
    boolean isShut(ResourceType type, String name) {
        return of(shut, type).containsKey(name);
    }

    /** What is shut, in the bytes that make it so. */
    Map<String, Held> shut(ResourceType type) {
        return of(shut, type);
    }

    /** The control plane has none. What hangs under something live stays, stale; a root goes. */
    void missing(ResourceType type, String name, String why) {
        of(refused, type).remove(name);
        of(failing, type).remove(name);
        var before = of(held, type).get(name);
        if (before != null && type != ResourceType.LISTENER) {
            of(held, type).put(name, before.asOf("", true));
            return;
        }
        of(held, type).remove(name);
        of(shut, type).remove(name);
        of(absent, type).put(name, why);
    }

    /** The control plane has none, and wants nothing to stay. */
    void drop(ResourceType type, String name, String why) {
        of(refused, type).remove(name);
        of(failing, type).remove(name);
        of(shut, type).remove(name);
        if (of(held, type).remove(name) != null) {
            of(dropped, type).put(name, why);
        }
        of(absent, type).put(name, why);
    }

    /** It was refused, and the last good one is not wanted any more either; whether there was one. */
    boolean spoil(ResourceType type, String name) {
        if (of(held, type).remove(name) == null) {
            return false;
        }
        of(dropped, type).put(name, "refused");
        return true;
    }

    /** Whether it was here and has been given up. */
    boolean isDropped(ResourceType type, String name) {
        return of(dropped, type).containsKey(ResourceName.canonical(name));
    }

    /** The control plane can't say anything about it at the moment. What is here, or known, stays. */
    void failing(ResourceType type, String name, String why) {
        if (!of(held, type).containsKey(name) && !of(absent, type).containsKey(name)) {
            of(failing, type).put(name, why);
        }
    }

    /** Marks it as taken away, though it stays in force; whether that is news. */
    boolean stale(ResourceType type, String name) {
        var before = of(held, type).get(name);
        if (before == null || before.stale()) {
            return false;
        }
        of(held, type).put(name, before.asOf("", true));
        return true;
    }

    boolean isStale(ResourceType type, String name) {
        var one = of(held, type).get(name);
        return one != null && one.stale();
    }

    /** Whether the control plane has none, as far as anyone can tell. */
    boolean isAbsent(ResourceType type, String name) {
        return of(absent, type).containsKey(name);
    }

    /** Whether nothing of it has been seen. */
    boolean unknown(ResourceType type, String name) {
        return !of(held, type).containsKey(name) && !of(refused, type).containsKey(name);
    }

    /** Forgets what is no longer asked for. */
    void retain(ResourceType type, Collection<String> names) {
        of(held, type).keySet().retainAll(names);
        of(absent, type).keySet().retainAll(names);
        of(refused, type).keySet().retainAll(names);
        of(failing, type).keySet().retainAll(names);
        of(dropped, type).keySet().retainAll(names);
        of(shut, type).keySet().retainAll(names);
    }

    private boolean isUnsupported(String field) {
        for (var ofType : held.values()) {
            for (Held one : ofType.values()) {
                if (one.unsupported().contains(field)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Fields that something here sets and that are left out. */
    Set<String> unsupported() {
        Set<String> fields = new TreeSet<>();
        for (var ofType : held.values()) {
            for (Held one : ofType.values()) {
                fields.addAll(one.unsupported());
            }
        }
        return fields;
    }

    @Nullable
    Resource get(ResourceType type, String name) {
        String canonical = ResourceName.canonical(name);
        var one = of(shut, type).getOrDefault(canonical, of(held, type).get(canonical));
        return one == null ? null : one.resource();
    }

    /** Why there is none and none is to be expected; null when it is here or may still come. */
    @Nullable
    String hopeless(ResourceType type, String called) {
        String name = ResourceName.canonical(called);
        if (of(held, type).containsKey(name) || of(shut, type).containsKey(name)) {
            return null;
        }
        var refusal = of(refused, type).get(name);
        if (refusal != null) {
            return String.join(", ", refusal.reasons());
        }
        String none = of(absent, type).get(name);
        return none != null ? none : of(failing, type).get(name);
    }

    Map<String, Held> held(ResourceType type) {
        return of(held, type);
    }

    /** What is held and refused, for people. */
    void describe(Map<String, Map<String, String>> resources, List<Status.Refused> refusals) {
        for (ResourceType type : ResourceType.values()) {
            Map<String, String> versions = new HashMap<>();
            of(held, type).forEach((name, one) -> versions.put(name, one.stale() ? "stale" : one.version()));
            resources.put(type.name(), versions);
            of(refused, type)
                    .forEach((name, one) ->
                            refusals.add(new Status.Refused(type.name(), name, one.version(), one.reasons())));
        }
    }
}
