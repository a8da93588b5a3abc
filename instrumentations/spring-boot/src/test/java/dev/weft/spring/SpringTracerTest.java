package dev.weft.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brave.Tracing;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

class SpringTracerTest {
    private static WovenSpring woven;

    @BeforeAll
    static void weave() {
        woven = new WovenSpring();
    }

    @AfterAll
    static void unweave() {
        woven.weaver.assertWoven();
        woven.close();
    }

    @BeforeEach
    void forget() {
        woven.diary.clear();
    }

    private static List<String> tracers(Class<?> application, String... args) {
        new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .run(args)
                .close();
        return woven.diary.stream().filter(line -> line.startsWith("traced")).toList();
    }

    @Configuration(proxyBeanMethods = false)
    static class None {}

    @Configuration(proxyBeanMethods = false)
    static class Brave {
        @Bean(destroyMethod = "close")
        Tracing tracing() {
            return Tracing.newBuilder().build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Idle {
        @Bean
        OpenTelemetry telemetry() {
            return OpenTelemetry.noop();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class IdleMicrometer {
        @Bean
        Tracer tracer() {
            return Tracer.NOOP;
        }
    }

    static final class Working implements OpenTelemetry {
        @Override
        public TracerProvider getTracerProvider() {
            return TracerProvider.noop();
        }

        @Override
        public ContextPropagators getPropagators() {
            return ContextPropagators.noop();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Sdk {
        @Bean
        OpenTelemetry telemetry() {
            return new Working();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazySdk {
        @Bean
        @Lazy
        Working telemetry() {
            throw new AssertionError("nobody asked for this bean");
        }
    }

    @Test
    void librariesOnTheClassPathAloneAreNoTracer() {
        assertEquals(List.of(), tracers(None.class));
    }

    @Test
    void aBeanOfBraveIsATracer() {
        assertEquals(List.of("traced by brave.Tracing (bean tracing)"), tracers(Brave.class));
    }

    @Test
    void anOpenTelemetryThatDoesNothingIsNone() {
        assertEquals(List.of(), tracers(Idle.class));
    }

    @Test
    void aMicrometerTracerThatDoesNothingIsNone() {
        assertEquals(List.of(), tracers(IdleMicrometer.class));
    }

    @Test
    void anOpenTelemetryThatWorksIsOne() {
        assertEquals(List.of("traced by io.opentelemetry.api.OpenTelemetry (bean telemetry)"), tracers(Sdk.class));
    }

    @Test
    void aLazyTracerIsSeenWithoutBeingMade() {
        assertEquals(List.of("traced by io.opentelemetry.api.OpenTelemetry (bean telemetry)"), tracers(LazySdk.class));
    }

    @Test
    void tracingThatIsSwitchedOffIsNoTracer() {
        assertEquals(List.of(), tracers(Brave.class, "--management.tracing.enabled=false"));
    }
}
