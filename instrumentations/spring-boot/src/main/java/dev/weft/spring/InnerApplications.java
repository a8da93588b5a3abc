package dev.weft.spring;

import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Applications that Spring Cloud runs inside the application to read its configuration: they have a
 * name, become ready and close like real ones. They are known by property sources that only they have.
 */
final class InnerApplications {
    private InnerApplications() {}

    static boolean is(ConfigurableEnvironment environment) {
        return environment.getPropertySources().contains("bootstrap") || isRefresh(environment);
    }

    /** Run for a moment when the configuration of a running application is read anew. */
    static boolean isRefresh(ConfigurableEnvironment environment) {
        return environment.getPropertySources().contains("refreshArgs");
    }
}
