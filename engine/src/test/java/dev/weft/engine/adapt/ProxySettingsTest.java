package dev.weft.engine.adapt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySettingsTest {
    private static final List<URI> PLACES = List.of(URI.create("http://shop/"), URI.create("https://shop/"));

    @Test
    void withoutSettingsTheJdkChoosesNone() {
        ProxySelector jdks = ProxySelector.getDefault();
        PLACES.forEach(place -> assertEquals(List.of(Proxy.NO_PROXY), jdks.select(place)));
        assertTrue(ProxySettings.chooseNone(jdks));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http.proxyHost", "https.proxyHost", "proxyHost", "socksProxyHost"})
    void eachSettingThatChoosesOneIsSeenAtOnce(String setting) {
        ProxySelector jdks = ProxySelector.getDefault();
        System.setProperty(setting, "proxy.test");
        try {
            assertTrue(PLACES.stream().anyMatch(place -> !jdks.select(place).equals(List.of(Proxy.NO_PROXY))));
            assertFalse(ProxySettings.chooseNone(jdks));
        } finally {
            System.clearProperty(setting);
        }
        assertTrue(ProxySettings.chooseNone(jdks));
    }

    @Test
    void aSelectorOfTheApplicationsMustBeAsked() {
        assertFalse(ProxySettings.chooseNone(ProxySelector.of(InetSocketAddress.createUnresolved("proxy.test", 8080))));
        assertFalse(ProxySettings.chooseNone(ProxySelector.of(null)));
    }
}
