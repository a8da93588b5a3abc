package dev.weft.spring;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;

/** The application's name, known as soon as its configuration has been read and before any bean makes a call. */
@Weave(type = "org.springframework.boot.SpringApplication", method = "prepareEnvironment")
public final class SpringName implements After {
    private final Workload workload;

    public SpringName(Mesh mesh) {
        this.workload = mesh.workload();
    }

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (result instanceof ConfigurableEnvironment environment && !InnerApplications.is(environment)) {
            String name = environment.getProperty("spring.application.name");
            if (name != null && !name.isBlank()) {
                workload.named(name.strip());
            }
            workload.starting();
        }
        return result;
    }
}
