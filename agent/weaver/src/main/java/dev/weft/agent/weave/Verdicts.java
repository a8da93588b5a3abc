package dev.weft.agent.weave;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Reference;
import dev.weft.agent.check.ReferenceCheck;
import dev.weft.agent.loader.AdapterLoaders;
import dev.weft.agent.weave.Report.State;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether adapters fit the libraries that stand beside them. Asked when a site first runs and not when
 * its class is woven: reading a library through the application's loader costs milliseconds for each
 * class, and of what is loaded at a start little is ever called there. What is known by then of a
 * class that is loaded later keeps it from being woven.
 */
final class Verdicts {
    private final AdapterLoaders loaders;
    private final Standings standings;
    private final Log log;

    Verdicts(AdapterLoaders loaders, Standings standings, Log log) {
        this.loaders = loaders;
        this.standings = standings;
        this.log = log;
    }

    /** Whether the adapter fits; looks when nobody has looked yet. */
    boolean fits(@Nullable ClassLoader application, Hook hook) throws IOException {
        Map<String, String> verdicts = loaders.verdicts(application);
        if (!verdicts.containsKey(hook.adapter())) {
            look(application, standings.module(hook), verdicts);
        }
        return known(application, hook).isEmpty();
    }

    /** What is known to be missing, in words; empty when nothing is, or when nobody has looked yet. */
    String known(@Nullable ClassLoader application, Hook hook) {
        String known = loaders.verdicts(application).get(hook.adapter());
        return known == null ? "" : known;
    }

    /** All adapters of a module are checked at once, because they read the same classes. */
    private void look(@Nullable ClassLoader application, AdapterModule module, Map<String, String> verdicts)
            throws IOException {
        ReferenceCheck check = new ReferenceCheck(application);
        Map<String, List<Reference>> references = module.references();
        for (Hook hook : module.hooks()) {
            List<Reference> needs = references.get(hook.adapter());
            String missing = needs == null ? "nobody knows what it needs" : check.missing(needs);
            verdicts.put(hook.adapter(), missing == null ? "" : missing);
            Standing standing = missing == null ? null : standings.known(hook, application);
            if (standing != null && missing != null) {
                refuse(standing, missing);
            }
        }
    }

    void refuse(Standing standing, String why) {
        if (standing.becomes(State.REFUSED, why)) {
            log.warn(standing + " does nothing: " + why, null);
        }
    }
}
