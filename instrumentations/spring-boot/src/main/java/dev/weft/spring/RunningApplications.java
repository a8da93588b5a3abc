package dev.weft.spring;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Applications that ran before the agent came. Spring Boot remembers them, to close them when the JVM ends; that is
 * the only list there is, since its MBeans are off unless asked for.
 */
final class RunningApplications {
    private RunningApplications() {}

    static List<ConfigurableApplicationContext> of(Class<?> springApplication) throws ReflectiveOperationException {
        Object hook = value(springApplication.getDeclaredField("shutdownHook"), null);
        List<ConfigurableApplicationContext> running = new ArrayList<>();
        synchronized (hook.getClass()) { // as Spring Boot does
            Set<?> contexts = (Set<?>) value(hook.getClass().getDeclaredField("contexts"), hook);
            for (Object one : contexts) {
                if (one instanceof ConfigurableApplicationContext context
                        && context.isActive()
                        && context.getBeanFactory().containsSingleton("springApplicationArguments")
                        && !InnerApplications.is(context.getEnvironment())) {
                    running.add(context);
                }
            }
        }
        return running;
    }

    private static Object value(Field field, @Nullable Object of) throws ReflectiveOperationException {
        field.setAccessible(true);
        return Objects.requireNonNull(field.get(of), field.getName());
    }
}
