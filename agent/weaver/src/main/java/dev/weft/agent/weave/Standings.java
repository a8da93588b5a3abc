package dev.weft.agent.weave;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All hooks, and how each stands beside each class loader that holds its library. */
final class Standings {
    private final Map<String, List<Hook>> byType = new HashMap<>();
    /** The same by binary name, which a loaded class has at hand. */
    private final Map<String, List<Hook>> byName = new HashMap<>();

    private final IdentityHashMap<Hook, AdapterModule> modules = new IdentityHashMap<>();
    private final List<Standing> standings = new ArrayList<>();

    Standings(List<AdapterModule> all) {
        for (AdapterModule module : all) {
            for (Hook hook : module.hooks()) {
                String type = hook.type().replace('.', '/');
                List<Hook> hooks = byType.get(type);
                if (hooks == null) {
                    hooks = new ArrayList<>();
                    byType.put(type, hooks);
                    byName.put(hook.type(), hooks);
                }
                hooks.add(hook);
                modules.put(hook, module);
            }
        }
    }

    /** The hooks of a class, by internal name; null for nearly all classes. The one lookup per loaded class. */
    @Nullable
    List<Hook> hooks(String type) {
        return byType.get(type);
    }

    @Nullable
    List<Hook> of(Class<?> loaded) {
        return byName.get(loaded.getName());
    }

    AdapterModule module(Hook hook) {
        AdapterModule module = modules.get(hook);
        if (module == null) {
            throw new IllegalStateException("nobody has the hook " + hook.line());
        }
        return module;
    }

    Standing of(Class<?> woven, Shape shape, String adapter, String method) {
        List<Hook> hooks = of(woven);
        if (hooks != null) {
            for (Hook hook : hooks) {
                if (hook.shape() == shape
                        && hook.adapter().equals(adapter)
                        && hook.method().equals(method)) {
                    return of(hook, woven.getClassLoader());
                }
            }
        }
        throw new IllegalStateException("no hook of " + adapter + " on " + woven.getName() + "#" + method);
    }

    /** Null when no class of the hook's has been loaded there. */
    @Nullable
    Standing known(Hook hook, @Nullable ClassLoader loader) {
        synchronized (standings) {
            for (int i = standings.size() - 1; i >= 0; i--) {
                Standing standing = standings.get(i);
                if (standing.is(hook, loader)) {
                    return standing;
                }
                if (standing.gone()) {
                    standings.remove(i);
                }
            }
            return null;
        }
    }

    Standing of(Hook hook, @Nullable ClassLoader loader) {
        synchronized (standings) {
            Standing known = known(hook, loader);
            if (known != null) {
                return known;
            }
            Standing made = new Standing(module(hook).name(), hook, loader);
            standings.add(made);
            return made;
        }
    }

    List<Report.Row> rows() {
        List<Report.Row> rows = new ArrayList<>();
        synchronized (standings) {
            for (Standing standing : standings) {
                if (!standing.gone()) {
                    rows.add(standing.row());
                }
            }
        }
        return rows;
    }
}
