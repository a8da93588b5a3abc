package dev.weft.agent;

import dev.weft.agent.config.Config;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * What premain runs, inside the agent's own loader. Does the least that weaving needs: nothing on
 * the network, and it starts no thread. Without a control plane it does nothing at all.
 */
final class Agent {
    private Agent() {}

    /**
     * @param args of {@code -javaagent}, or given by whoever attached
     * @param late whether the application ran already
     */
    static void start(@Nullable String args, Instrumentation inst, boolean late) throws Exception {
        Config config = Config.read(args, System.getProperties(), System.getenv());
        for (String error : config.errors()) {
            System.err.println("weft: " + error);
        }
        if (config.enabled() && hasControlPlane(config)) {
            Installation.install(config, inst, late);
        } else if (late) {
            Presence.refused(
                    config.enabled()
                            ? "it knows no control plane; run one as the user of the application, or set control.plane"
                            : "enabled=false is configured for the application");
        } else {
            Presence.allow();
        }
    }

    private static boolean hasControlPlane(Config config) {
        if (!config.control().planes().isEmpty() || GrpcBootstrap.of(config.control()) != null) {
            return true;
        }
        try {
            return LocalControlPlane.address() != null;
        } catch (IOException e) {
            // A directory that others could write to is nobody's word. The application asked for nothing,
            // so nothing is printed for it; ./weft doctor tells.
            return false;
        }
    }
}
