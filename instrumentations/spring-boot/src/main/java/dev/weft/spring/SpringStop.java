package dev.weft.spring;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The moment before an application stops its servers and beans: the last one at which callers can be
 * sent elsewhere without a failed call.
 *
 * <p>Contexts inside an application (management server, Feign and load balancer clients, refreshes)
 * close all the time and mean nothing; the one that {@code SpringApplication} made bears its arguments.
 */
@Weave(type = "org.springframework.context.support.AbstractApplicationContext", method = "doClose", args = 0)
public final class SpringStop implements Before {
    private final Workload workload;

    public SpringStop(Mesh mesh) {
        this.workload = mesh.workload();
    }

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        if (self instanceof ConfigurableApplicationContext context
                && context.isActive()
                && context.getBeanFactory().containsSingleton("springApplicationArguments")
                && !InnerApplications.isRefresh(context.getEnvironment())) {
            workload.stopping();
        }
    }
}
