package dev.weft.agent.loader;

import dev.weft.agent.adapter.AdapterModule;
import java.lang.instrument.Instrumentation;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The adapter loaders of this JVM, at most one for each application class loader. */
public final class AdapterLoaders {
    private final ClassLoader agent;
    private final Instrumentation inst;
    private final Class<?> meshType;
    private final Supplier<?> mesh;
    private final Map<String, AdapterModule> owners = new HashMap<>();
    /** A list, because there are few and they are asked for when classes are woven or linked, not when they run. */
    private final List<Beside> loaders = new ArrayList<>();

    /** @param mesh asked when an adapter is made, and not before: an application without adapters needs no engine */
    public <M> AdapterLoaders(
            ClassLoader agent,
            Instrumentation inst,
            List<AdapterModule> modules,
            Class<M> meshType,
            Supplier<? extends M> mesh) {
        this.agent = agent;
        this.inst = inst;
        this.meshType = meshType;
        this.mesh = mesh;
        for (AdapterModule module : modules) {
            for (String name : module.classes()) {
                owners.put(name, module);
            }
        }
    }

    /**
     * The adapter beside this application loader, made if it isn't there yet.
     *
     * @param opens {@code module/package} that are opened to it before it is made
     */
    public Object adapter(@Nullable ClassLoader application, String name, List<String> opens) throws Throwable {
        AdapterLoader loader = loader(application);
        for (String open : opens) {
            open(open, loader.getUnnamedModule());
        }
        return loader.adapter(name, meshType, mesh.get());
    }

    private void open(String open, Module to) {
        int slash = open.indexOf('/');
        Optional<Module> module = ModuleLayer.boot().findModule(open.substring(0, slash));
        if (module.isEmpty()) {
            throw new IllegalStateException("this JVM has no module for " + open);
        }
        Map<String, Set<Module>> packages = Map.of(open.substring(slash + 1), Set.of(to));
        inst.redefineModule(module.get(), Set.of(), Map.of(), packages, Set.of(), Map.of());
    }

    /** Verdicts of the reference check for classes of this loader, by adapter. Filled by the check. */
    public Map<String, String> verdicts(@Nullable ClassLoader application) {
        return beside(application).verdicts;
    }

    /** Every adapter that has been made and is still there. */
    public List<Object> made() {
        List<Object> made = new ArrayList<>();
        synchronized (loaders) {
            for (Beside beside : loaders) {
                AdapterLoader loader = beside.adapters.get();
                if (loader != null) {
                    made.addAll(loader.adapters());
                }
            }
        }
        return made;
    }

    private AdapterLoader loader(@Nullable ClassLoader application) {
        Beside beside = beside(application);
        synchronized (beside) {
            AdapterLoader loader = beside.adapters.get();
            if (loader == null) {
                loader = new AdapterLoader(application, agent, owners);
                beside.adapters = new WeakReference<>(loader);
            }
            return loader;
        }
    }

    private Beside beside(@Nullable ClassLoader application) {
        synchronized (loaders) {
            for (int i = loaders.size() - 1; i >= 0; i--) {
                Beside beside = loaders.get(i);
                if (beside.standsBeside(application)) {
                    return beside;
                }
                if (beside.gone()) {
                    loaders.remove(i);
                }
            }
            Beside made = new Beside(application);
            loaders.add(made);
            return made;
        }
    }
}
