package dev.weft.agent.loader;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside one application class loader.
 *
 * <p>Neither reference may be strong. An adapter loader holds its application loader through its
 * parent, so a map from one to the other, even one with weak keys, keeps both for ever. What keeps
 * an adapter loader alive is the call sites in the woven classes: as long as one of those can run,
 * and not longer.
 */
final class Beside {
    private final @Nullable WeakReference<ClassLoader> application;
    /** Verdicts of the reference check, by adapter: strings, which hold no loader. */
    final Map<String, String> verdicts = new ConcurrentHashMap<>();

    volatile WeakReference<@Nullable AdapterLoader> adapters = new WeakReference<>(null);

    /**
     * @param application null for the boot loader
     */
    Beside(@Nullable ClassLoader application) {
        this.application = application == null ? null : new WeakReference<>(application);
    }

    /** By identity: an application's loader may define equality as it likes. */
    boolean standsBeside(@Nullable ClassLoader loader) {
        return application == null ? loader == null : application.get() == loader && loader != null;
    }

    boolean gone() {
        return application != null && application.get() == null;
    }
}
