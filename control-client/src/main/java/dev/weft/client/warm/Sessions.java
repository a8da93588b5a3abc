package dev.weft.client.warm;

import dev.weft.client.ads.Receiver;
import dev.weft.client.ads.Session;
import dev.weft.client.resource.ResourceName;
import dev.weft.client.resource.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The conversations by line: line 0 is that with the control planes of the mesh, each other one is that with the
 * servers of authorities that have servers of their own (gRFC A47). It begins once a name of theirs is needed.
 */
final class Sessions {
    private final Session first;
    private final Map<String, Integer> lines;
    private final IntFunction<Session> beginning;
    private final Map<Integer, Session> beside = new TreeMap<>();

    /**
     * @param lines of the authorities that are known
     * @param beginning begins the conversation of a line other than 0
     */
    Sessions(Session first, Map<String, Integer> lines, IntFunction<Session> beginning) {
        this.first = first;
        this.lines = Map.copyOf(lines);
        this.beginning = beginning;
    }

    /** On which line a name is asked for; -1 where nobody is known who could be asked. */
    int line(String name) {
        String authority = ResourceName.authority(name);
        return authority == null ? 0 : lines.getOrDefault(authority, -1);
    }

    /** Why a name can't be asked for; null where it can. */
    @Nullable
    String unknown(String name) {
        return line(name) >= 0 ? null : "authority '" + ResourceName.authority(name) + "' is not known";
    }

    /** Whose servers are at the end of a line, for people. */
    String authorities(int line) {
        var names = new TreeSet<String>();
        lines.forEach((authority, one) -> {
            if (one == line) {
                names.add("'" + authority + "'");
            }
        });
        return String.join(", ", names);
    }

    Session at(int line) {
        return line == 0 ? first : beside.computeIfAbsent(line, beginning::apply);
    }

    void want(ResourceType type, Collection<String> names, long now) {
        Map<Integer, List<String>> byLine = new TreeMap<>();
        byLine.put(0, new ArrayList<>());
        beside.keySet().forEach(line -> byLine.put(line, new ArrayList<>()));
        for (String name : names) {
            int line = line(name);
            if (line >= 0) {
                byLine.computeIfAbsent(line, begun -> new ArrayList<>()).add(name);
            }
        }
        byLine.forEach((line, some) -> at(line).want(type, some, now));
    }

    void known(ResourceType type, String name, String version) {
        int line = line(name);
        if (line >= 0) {
            at(line).known(type, name, version);
        }
    }

    /** It is here, and its server believes that it was refused: it is asked for once more, and acknowledged. */
    void again(ResourceType type, String name, long now) {
        int line = line(name);
        if (line >= 0) {
            at(line).again(type, name, now);
        }
    }

    void lacks(long now) {
        first.lacks(now);
        beside.values().forEach(session -> session.lacks(now));
    }

    void end() {
        first.end();
        beside.values().forEach(Session::end);
    }

    Work.@Nullable Stream next(long now) {
        var step = first.next(now);
        if (step != null) {
            return new Work.Stream(0, step);
        }
        for (var one : beside.entrySet()) {
            step = one.getValue().next(now);
            if (step != null) {
                return new Work.Stream(one.getKey(), step);
            }
        }
        return null;
    }

    long wakeAt() {
        long at = first.wakeAt();
        for (Session session : beside.values()) {
            at = Math.min(at, session.wakeAt());
        }
        return at;
    }

    /** Takes what another authority's servers say: all that they are asked for, and of nothing else. */
    record Beside(Receiver all, BooleanSupplier lacks) implements Receiver {
        @Override
        public List<String> resource(ResourceType type, String name, String version, byte[] any) {
            return all.resource(type, name, version, any);
        }

        @Override
        public void missing(ResourceType type, String name, String why) {
            all.missing(type, name, why);
        }

        @Override
        public void absent(ResourceType type, String name) {
            all.absent(type, name);
        }

        @Override
        public void dropped(ResourceType type, String name, String why) {
            all.dropped(type, name, why);
        }

        @Override
        public void spoilt(ResourceType type, String name) {
            all.spoilt(type, name);
        }

        @Override
        public void failing(ResourceType type, String name, String why) {
            all.failing(type, name, why);
        }

        @Override
        public boolean lacking() {
            return lacks.getAsBoolean();
        }

        @Override
        public void settled(ResourceType type) {
            all.settled(type);
        }
    }
}
