package dev.weft.agent;

import java.lang.instrument.Instrumentation;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way in: premain initialises this class in the agent's own loader, which supplies what the JVM
 * gave to premain. Not a method that premain calls, because that would be a call by reflection.
 */
final class Entry {
    static {
        @Nullable Object[] given = (Object[]) ((Supplier<?>) Entry.class.getClassLoader()).get();
        try {
            Instrumentation inst = (Instrumentation) Objects.requireNonNull(given[1]);
            Agent.start((String) given[0], inst, Boolean.TRUE.equals(given[2]));
        } catch (Exception failed) {
            throw new ExceptionInInitializerError(failed);
        }
    }

    private Entry() {}
}
