package dev.weft.agent.loader;

import dev.weft.agent.adapter.AdapterModule;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.security.ProtectionDomain;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Loads adapters so that they see the library (through the parent, the application's loader or the
 * one of the JDK) and the engine (through the agent's loader, which is asked first for what is ours).
 */
final class AdapterLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    /** Names no loader: threads remember the domains on the stack on which they were made (until JDK 23). */
    private static final ProtectionDomain DOMAIN = new ProtectionDomain(null, null);

    private final ClassLoader agent;
    private final Map<String, AdapterModule> owners;
    private final Map<String, Object> adapters = new ConcurrentHashMap<>();

    AdapterLoader(@Nullable ClassLoader application, ClassLoader agent, Map<String, AdapterModule> owners) {
        super("weft-adapters", application);
        this.agent = agent;
        this.owners = owners;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        AdapterModule owner = owners.get(name);
        if (owner != null) {
            return own(name, owner);
        }
        return name.startsWith("dev.weft.") ? agent.loadClass(name) : super.loadClass(name, resolve);
    }

    private Class<?> own(String name, AdapterModule owner) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                try {
                    byte[] bytes = owner.bytes(name);
                    loaded = defineClass(name, bytes, 0, bytes.length, DOMAIN);
                } catch (IOException unreadable) {
                    throw new ClassNotFoundException(name, unreadable);
                }
            }
            return loaded;
        }
    }

    /**
     * The adapter, made when first asked for. No lock is held while its constructor runs: it may load
     * library classes, and the thread that loads them may be waiting for us. The first one made wins.
     */
    Object adapter(String name, Class<?> meshType, Object mesh) throws Throwable {
        Object existing = adapters.get(name);
        if (existing != null) {
            return existing;
        }
        Object made;
        try {
            var constructor = loadClass(name).getDeclaredConstructor(meshType);
            constructor.setAccessible(true);
            made = constructor.newInstance(mesh);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
        Object other = adapters.putIfAbsent(name, made);
        return other == null ? made : other;
    }

    /** Those that have been made. */
    Collection<Object> adapters() {
        return adapters.values();
    }
}
