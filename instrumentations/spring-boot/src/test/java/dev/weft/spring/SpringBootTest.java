package dev.weft.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class SpringBootTest {
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
        woven.whenStopping = () -> {};
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        Hello hello() {
            woven.diary.add("bean made");
            return new Hello();
        }

        @Bean
        CommandLineRunner runner() {
            return args -> woven.diary.add("runner ran");
        }

        @EventListener
        void warmCaches(ApplicationReadyEvent event) {
            woven.diary.add("caches warm");
        }
    }

    @RestController
    static class Hello {
        @GetMapping("/hello")
        String hello() {
            return "hello";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    static class Broken {
        @Bean
        Object broken() {
            throw new IllegalStateException("on purpose");
        }
    }

    private static ConfigurableApplicationContext runShop(String... more) {
        List<String> args =
                new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1", "--spring.jmx.enabled=false"));
        args.addAll(List.of(more));
        return SpringApplication.run(Shop.class, args.toArray(String[]::new));
    }

    private static String get(String port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void theVersionUnderTestIsTheOneMeant() {
        assertEquals(System.getProperty("boot.expected"), SpringBootVersion.getVersion());
    }

    @Test
    void anApplicationIsNamedFirstAndReadyLast() {
        try (ConfigurableApplicationContext context = runShop("--spring.application.name=order")) {
            String port = context.getEnvironment().getProperty("local.server.port");
            assertEquals(
                    List.of(
                            "named order",
                            "starting",
                            "bean made",
                            "listening http:" + port,
                            "runner ran",
                            "caches warm",
                            "ready"),
                    woven.diary);
        }
    }

    @Test
    void aManagementPortIsToldApartBeforeTheApplicationIsReady() throws Exception {
        try (ConfigurableApplicationContext context =
                runShop("--management.server.port=0", "--management.server.address=127.0.0.1")) {
            String port = context.getEnvironment().getProperty("local.server.port");
            String management = context.getEnvironment().getProperty("local.management.port");
            assertTrue(get(management, "/actuator/health").contains("UP"));
            assertTrue(woven.diary.contains("listening http:" + port), woven.diary::toString);
            assertEquals(
                    1,
                    woven.diary.stream()
                            .filter(("management " + management)::equals)
                            .count());
            assertTrue(woven.diary.indexOf("management " + management) < woven.diary.indexOf("ready"));
        }
        assertEquals(
                1, woven.diary.stream().filter("stopping"::equals).count(), "the inner context counts for nothing");
    }

    @Test
    void managementOnTheApplicationsOwnPortIsNoManagementPort() {
        try (ConfigurableApplicationContext context = runShop()) {
            assertTrue(woven.diary.stream().noneMatch(line -> line.startsWith("management")), woven.diary::toString);
            assertTrue(context.isActive());
        }
    }

    @Test
    void anApplicationThatStopsStillAnswersWhileItDrains() {
        ConfigurableApplicationContext context = runShop();
        String port = context.getEnvironment().getProperty("local.server.port");
        woven.diary.clear();
        woven.whenStopping = () -> {
            try {
                woven.diary.add(get(port, "/hello"));
            } catch (IOException | InterruptedException refused) {
                woven.diary.add("refused: " + refused);
            }
        };
        context.close();
        assertEquals(List.of("stopping", "hello"), woven.diary);
        context.close();
        assertEquals(List.of("stopping", "hello"), woven.diary, "closing twice says nothing new");
    }

    @Test
    void contextsInsideAnApplicationCloseUnnoticed() {
        try (ConfigurableApplicationContext context = runShop()) {
            woven.diary.clear();
            AnnotationConfigApplicationContext client = new AnnotationConfigApplicationContext();
            client.setParent(context);
            client.register(Plain.class);
            client.refresh();
            client.close();
            assertEquals(List.of(), woven.diary);
        }
    }

    @Test
    void applicationsThatReadTheConfigurationOfAnotherAreNotNoticed() {
        StandardEnvironment refresh = new StandardEnvironment();
        refresh.getPropertySources()
                .addFirst(new MapPropertySource("refreshArgs", Map.of("spring.application.name", "inner")));
        new SpringApplicationBuilder(Plain.class)
                .web(WebApplicationType.NONE)
                .environment(refresh)
                .run()
                .close();
        StandardEnvironment bootstrap = new StandardEnvironment();
        bootstrap
                .getPropertySources()
                .addFirst(new MapPropertySource("bootstrap", Map.of("spring.application.name", "inner")));
        ConfigurableApplicationContext parent = new SpringApplicationBuilder(Plain.class)
                .web(WebApplicationType.NONE)
                .environment(bootstrap)
                .run();
        assertEquals(List.of(), woven.diary);
        parent.close();
    }

    @Test
    void anApplicationWithoutAServerIsNamedAndReadyToo() {
        new SpringApplicationBuilder(Plain.class)
                .web(WebApplicationType.NONE)
                .run("--spring.application.name=batch")
                .close();
        assertEquals(List.of("named batch", "starting", "ready", "stopping"), woven.diary);
    }

    @Test
    void anApplicationThatFailsToStartIsNeverReady() {
        SpringApplication application = new SpringApplication(Broken.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        assertThrows(RuntimeException.class, application::run);
        assertEquals(List.of("starting"), woven.diary);
    }
}
