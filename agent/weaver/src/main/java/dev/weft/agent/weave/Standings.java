package dev.weft.agent.weave;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All hooks and how each stands, by class loader. Loaders are named, not held. */
final class Standings {
    private final Map<String, List<Hook>> byType = new HashMap<>();
    private final Map<Hook, AdapterModule> modules = new HashMap<>();
    private final Map<String, Standing> standings = new LinkedHashMap<>();

    Standings(List<AdapterModule> all) {
        for (AdapterModule module : all) {
            for (Hook hook : module.hooks()) {
                String type = hook.type().replace('.', '/');
                List<Hook> hooks = byType.get(type);
                if (hooks == null) {
                    byType.put(type, hooks = new ArrayList<>());
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

    AdapterModule module(Hook hook) {
        return modules.get(hook);
    }

    Standing of(Class<?> woven, Shape shape, String adapter, String method) {
        List<Hook> hooks = byType.get(woven.getName().replace('.', '/'));
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

    Standing of(Hook hook, @Nullable ClassLoader loader) {
        String name = loader == null ? "boot" : loader.getClass().getName();
        if (loader != null && loader.getName() != null) {
            name += " '" + loader.getName() + "'";
        }
        String key = hook.line() + " " + name;
        synchronized (standings) {
            Standing standing = standings.get(key);
            if (standing == null) {
                standing = new Standing(module(hook).name(), hook, name);
                standings.put(key, standing);
            }
            return standing;
        }
    }

    List<Report.Row> rows() {
        List<Report.Row> rows = new ArrayList<>();
        synchronized (standings) {
            for (Standing standing : standings.values()) {
                rows.add(standing.row());
            }
        }
        return rows;
    }
}
