package dev.weft.spring;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/** The application's name, known as soon as its configuration has been read and before any bean makes a call. */
@Weave(type = "org.springframework.boot.SpringApplication", method = "prepareEnvironment")
public final class SpringName implements After, Latecomer {
    private final Workload workload;

    public SpringName(Mesh mesh) {
        this.workload = mesh.workload();
    }

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (result instanceof ConfigurableEnvironment environment && !InnerApplications.is(environment)) {
            name(environment);
            workload.starting();
        }
        return result;
    }

    private void name(ConfigurableEnvironment environment) {
        String name = environment.getProperty("spring.application.name");
        if (name != null && !name.isBlank()) {
            workload.named(name.strip());
        }
    }

    /** Name and ports of what runs already; what is still starting says the rest itself. */
    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        List<ConfigurableApplicationContext> running;
        try {
            running = RunningApplications.of(woven);
        } catch (ReflectiveOperationException | RuntimeException other) {
            arrival.say("Spring Boot: this release does not tell what runs (" + other
                    + "); set service, the first request tells the port");
            return;
        }
        for (ConfigurableApplicationContext context : running) {
            ConfigurableEnvironment environment = context.getEnvironment();
            name(environment);
            if (!context.isRunning()) {
                workload.starting();
                continue;
            }
            SpringReady.excludeManagementPort(environment, workload);
            Integer port = environment.getProperty("local.server.port", Integer.class);
            if (port != null && port > 0) {
                workload.listening(port, secure(environment) ? "https" : "http");
            }
        }
        if (running.isEmpty()) {
            arrival.say("Spring Boot: no application of its own is known (one in a web application of a server"
                    + " is not); set service, the first request tells the port");
        }
    }

    private static boolean secure(ConfigurableEnvironment environment) {
        boolean configured = environment.containsProperty("server.ssl.key-store")
                || environment.containsProperty("server.ssl.certificate")
                || environment.containsProperty("server.ssl.bundle");
        return configured && !"false".equalsIgnoreCase(environment.getProperty("server.ssl.enabled"));
    }
}
