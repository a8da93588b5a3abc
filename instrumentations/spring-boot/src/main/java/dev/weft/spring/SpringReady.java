package dev.weft.spring;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The moment the application calls itself ready: its runners are done and every listener has handled
 * {@code ApplicationReadyEvent}, so caches that are warmed there are warm.
 */
@Weave(type = "org.springframework.boot.SpringApplicationRunListeners", method = "ready")
public final class SpringReady implements After {
    private final Workload workload;

    public SpringReady(Mesh mesh) {
        this.workload = mesh.workload();
    }

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (args[0] instanceof ConfigurableApplicationContext context) {
            ConfigurableEnvironment environment = context.getEnvironment();
            if (!InnerApplications.is(environment)) {
                excludeManagementPort(environment, workload);
                workload.ready();
            }
        }
        return result;
    }

    /** Both ports are servers of the same kind; only Boot, which published them here, can tell them apart. */
    static void excludeManagementPort(ConfigurableEnvironment environment, Workload workload) {
        Integer port = environment.getProperty("local.management.port", Integer.class);
        if (port != null && !port.equals(environment.getProperty("local.server.port", Integer.class))) {
            workload.management(port);
        }
    }
}
