package dev.weft.spring;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A tracer that the application itself has configured: a bean of one of the known kinds that does
 * something. Tracing libraries that merely lie on the class path don't count.
 */
@Weave(type = "org.springframework.boot.SpringApplication", method = "refreshContext", args = 1)
public final class SpringTracer implements After, Latecomer {
    private static final String[] TRACERS = {
        "io.micrometer.tracing.Tracer",
        "brave.Tracing",
        "io.opentelemetry.api.OpenTelemetry",
        "org.springframework.cloud.sleuth.Tracer"
    };

    /** {@code Tracer.NOOP} and {@code OpenTelemetry.noop()}, whose classes don't say so. */
    private static final Set<String> PLACEHOLDERS =
            Set.of("io.micrometer.tracing.Tracer$1", "io.opentelemetry.api.DefaultOpenTelemetry");

    private final Workload workload;

    public SpringTracer(Mesh mesh) {
        this.workload = mesh.workload();
    }

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (args[0] instanceof ConfigurableApplicationContext context) {
            look(context);
        }
        return result;
    }

    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        try {
            RunningApplications.of(woven).forEach(this::look);
        } catch (ReflectiveOperationException | RuntimeException other) {
            arrival.say("Spring Boot: a tracer of the application's is not found; set tracing=false if it has one");
        }
    }

    private void look(ConfigurableApplicationContext context) {
        if (!enabled(context)) {
            return;
        }
        for (String tracer : TRACERS) {
            String bean = working(tracer, context);
            if (bean != null) {
                workload.otherTracer(tracer + " (bean " + bean + ")");
                return;
            }
        }
    }

    /** Where this is off, Boot keeps its tracer beans but takes their propagation away. */
    private static boolean enabled(ConfigurableApplicationContext context) {
        return !"false".equalsIgnoreCase(context.getEnvironment().getProperty("management.tracing.enabled"));
    }

    private static @Nullable String working(String tracer, ConfigurableApplicationContext context) {
        Class<?> type = find(tracer, context.getClassLoader());
        if (type == null) {
            return null;
        }
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        for (String name : beans.getBeanNamesForType(type, true, false)) {
            Object bean = beans.getSingleton(name);
            // A bean that is made lazily must not be made by us: its declared type has to do.
            Class<?> made = bean == null ? beans.getType(name) : bean.getClass();
            if (made == null || !idle(made)) {
                return name;
            }
        }
        return null;
    }

    private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError absent) {
            // The usual case: the application does not have this library, or not all of it.
            return null;
        }
    }

    private static boolean idle(Class<?> type) {
        String name = type.getName();
        return PLACEHOLDERS.contains(name) || name.toLowerCase(Locale.ROOT).contains("noop");
    }
}
