package dev.weft.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** The agent comes to a Spring Boot application that runs already. */
class LateSpringTest {
    private static ConfigurableApplicationContext run(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "--server.port=0";
        args[1] = "--server.address=127.0.0.1";
        System.arraycopy(more, 0, args, 2, more.length);
        return SpringApplication.run(App.class, args);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}

    @Test
    void itsNameAndPortsAreFoundAndTheManagementPortIsToldApart() {
        try (ConfigurableApplicationContext context =
                run("--spring.application.name=order", "--management.server.port=0")) {
            String port = context.getEnvironment().getProperty("local.server.port");
            String management = context.getEnvironment().getProperty("local.management.port");
            try (WovenSpring woven = new WovenSpring()) {
                woven.weaver.catchUp();
                assertEquals(
                        List.of("named order", "management " + management, "listening http:" + port),
                        woven.diary.stream()
                                .filter(line -> !line.equals("listening http:" + management))
                                .toList());
                assertTrue(
                        woven.weaver.report().outside().stream().noneMatch(line -> line.startsWith("Spring Boot")),
                        woven.weaver.report()::toString);
            }
        }
    }

    @Test
    void anApplicationThatHasEndedTellsNothing() {
        run("--spring.application.name=past").close();
        try (WovenSpring woven = new WovenSpring()) {
            woven.weaver.catchUp();
            assertEquals(List.of(), woven.diary);
            assertTrue(
                    woven.weaver.report().outside().stream().anyMatch(line -> line.startsWith("Spring Boot")),
                    woven.weaver.report()::toString);
        }
    }
}
