package dev.weft.agent.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    @Test
    void configurationWinsThenOpenTelemetryThenTheApplicationThenItsCommand() {
        assertEquals("a", Names.choose("a", "b", "c", "d.jar"));
        assertEquals("b", Names.choose("", "b", "c", "d.jar"));
        assertEquals("c", Names.choose("", null, "c", "d.jar"));
        assertEquals("d", Names.choose("", null, null, "d.jar"));
        assertEquals("unknown", Names.choose("", null, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "app.jar, app",
        "/opt/shop/order-service-1.4.2.jar --server.port=1, order-service",
        "C:\\shop\\order.jar, order",
        "log4j-2-shell.jar, log4j",
        "com.example.Main, main",
        "com.example.OrderApplication arg, orderapplication",
        "shop.module/com.example.Shop, shop"
    })
    void aCommandNamesItsJarWithoutVersionOrItsMainClass(String command, String name) {
        assertEquals(name, Names.choose("", null, null, command));
    }

    @ParameterizedTest
    @CsvSource({"My Shop, my-shop", "a.b.c, a-b-c", "--x--, x", "größe, gr-e", "A_1, a_1"})
    void aNameIsMadeFitForAHost(String own, String name) {
        assertEquals(name, Names.choose("", null, own, null));
    }
}
