package dev.weft.agent;

import java.lang.instrument.Instrumentation;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What premain initialises, as in the real agent. */
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
