package dev.weft.agent;

import dev.weft.agent.config.Config;
import dev.weft.agent.workload.Names;
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
        boolean there = config.enabled() && hasControlPlane(config);
        boolean leftBehind = config.enabled() && !there && hasControlPlaneLeftBehind(config);
        if (there || leftBehind) {
            Installation.install(config, inst, late, leftBehind);
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
            return LocalControlPlane.runs();
        } catch (IOException e) {
            // A directory that others could write to is nobody's word. The application asked for nothing,
            // so nothing is printed for it; ./weft doctor tells.
            return false;
        }
    }

    private static boolean hasControlPlaneLeftBehind(Config config) {
        try {
            return LocalControlPlane.address() != null
                    && StateDirectory.of(config).isKept(nameGiven(config));
        } catch (IOException e) {
            return false; // as above
        }
    }

    /** The application's name where it has been given one; null where it will tell that later. */
    private static @Nullable String nameGiven(Config config) {
        String telemetry = System.getenv("OTEL_SERVICE_NAME");
        boolean given = !config.service().isEmpty() || telemetry != null && !telemetry.isEmpty();
        return given ? Names.choose(config.service(), telemetry, null, null) : null;
    }
}
