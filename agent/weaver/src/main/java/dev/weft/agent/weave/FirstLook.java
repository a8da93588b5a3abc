package dev.weft.agent.weave;

import dev.weft.engine.adapt.Arrival;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What stood in an application when the agent came: one look at its threads and at the names of its classes. It refers
 * to threads, so it goes when everybody has caught up.
 */
public final class FirstLook implements Arrival {
    /** What virtual threads run on. */
    private static final String CARRIER = "jdk.internal.misc.CarrierThread";

    private final Map<Thread, StackTraceElement[]> stacks;
    private final Set<String> loaded;
    private final Map<Line, Integer> found = new HashMap<>();
    /** What may be there, and the libraries that may have it. */
    private final Map<String, Set<String>> unseen = new TreeMap<>();

    /** What is said with a number before it; without one where there is but one way to say it. */
    private record Line(String of, String one, String many) {
        String with(int number) {
            return one.isEmpty() ? of : of + ": " + number + " " + (number == 1 ? one : many);
        }
    }

    FirstLook(Map<Thread, StackTraceElement[]> stacks, Set<String> loaded) {
        this.stacks = stacks;
        this.loaded = loaded;
        for (Thread thread : stacks.keySet()) {
            if (thread.getClass().getName().equals(CARRIER)) {
                unseen("Java", "calls on virtual threads");
                return;
            }
        }
    }

    /** Stops the application's threads for as long as a thread dump does; reads no object of its. */
    public static FirstLook at(Instrumentation inst) {
        Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
        Set<String> loaded = new HashSet<>();
        for (Class<?> type : inst.getAllLoadedClasses()) {
            if (!type.isArray() && !ours(type.getClassLoader())) {
                loaded.add(type.getName());
            }
        }
        return new FirstLook(stacks, loaded);
    }

    /** An agent that has left again may still be there, with libraries of its own. */
    private static boolean ours(@Nullable ClassLoader loader) {
        return loader != null && loader.getClass().getName().startsWith("dev.weft.");
    }

    @Override
    public Collection<Thread> threads() {
        return stacks.keySet();
    }

    @Override
    public boolean loaded(String type) {
        return loaded.contains(type);
    }

    /** Whether any thread is in this code. */
    public boolean running(String... places) {
        return in(places) > 0;
    }

    @Override
    public void threads(String of, String one, String many, String... places) {
        int threads = in(places);
        if (threads > 0) {
            found.put(new Line(of, one, many), threads);
        }
    }

    private int in(String[] places) {
        int threads = 0;
        for (StackTraceElement[] stack : stacks.values()) {
            if (in(stack, places)) {
                threads++;
            }
        }
        return threads;
    }

    private static boolean in(StackTraceElement[] stack, String[] places) {
        for (StackTraceElement frame : stack) {
            for (String place : places) {
                if (is(frame, place)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean is(StackTraceElement frame, String place) {
        int method = place.indexOf('#');
        return method < 0
                ? begins(frame.getClassName(), place)
                : begins(frame.getClassName(), place.substring(0, method))
                        && begins(frame.getMethodName(), place.substring(method + 1));
    }

    /** What is nested has a dollar after the name, and so have methods that Kotlin calls internal. */
    private static boolean begins(String name, String with) {
        return name.startsWith(with) && (name.length() == with.length() || name.charAt(with.length()) == '$');
    }

    @Override
    public void count(String of, int more, String one, String many) {
        if (more > 0) {
            found.merge(new Line(of, one, many), more, Integer::sum);
        }
    }

    @Override
    public void say(String line) {
        found.put(new Line(line, "", ""), 1);
    }

    @Override
    public void unseen(String of, String what) {
        Set<String> libraries = unseen.get(what);
        if (libraries == null) {
            libraries = new TreeSet<>();
            unseen.put(what, libraries);
        }
        libraries.add(of);
    }

    /** All that was said, one line each, library by library, and in one line what may be there besides. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<Line, Integer> each : found.entrySet()) {
            lines.add(each.getKey().with(each.getValue()));
        }
        lines.sort(null);
        List<String> perhaps = new ArrayList<>();
        for (Map.Entry<String, Set<String>> each : unseen.entrySet()) {
            perhaps.add(each.getKey() + " (" + String.join(", ", each.getValue()) + ")");
        }
        if (!perhaps.isEmpty()) {
            lines.add("perhaps, and not to be seen: " + String.join("; ", perhaps));
        }
        return List.copyOf(lines);
    }
}
