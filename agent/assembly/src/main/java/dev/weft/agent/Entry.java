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
            Agent.start((String) given[0], (Instrumentation) Objects.requireNonNull(given[1]));
        } catch (Exception failed) {
            throw new ExceptionInInitializerError(failed);
        }
    }

    private Entry() {}
}
