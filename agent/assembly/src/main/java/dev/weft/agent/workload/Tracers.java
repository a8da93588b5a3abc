package dev.weft.agent.workload;

import org.jspecify.annotations.Nullable;

/** Other agents that trace this JVM: they put their classes where the system class loader finds them. */
public final class Tracers {
    private static final String[] AGENTS = {
        "io.opentelemetry.javaagent.OpenTelemetryAgent", "org.apache.skywalking.apm.agent.SkyWalkingAgent"
    };

    private Tracers() {}

    /** The one that is there, or null. Looks for the file, loads nothing. */
    public static @Nullable String inThisJvm(ClassLoader system) {
        for (String agent : AGENTS) {
            if (system.getResource(agent.replace('.', '/') + ".class") != null) {
                return agent;
            }
        }
        return null;
    }
}
