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
        PLACES.forEach(place -> assertTrue(chooseNone(jdks, place)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http.proxyHost", "https.proxyHost", "proxyHost", "socksProxyHost"})
    void eachSettingThatChoosesOneIsSeenAtOnce(String setting) {
        ProxySelector jdks = ProxySelector.getDefault();
        System.setProperty(setting, "proxy.test");
        try {
            assertFalse(PLACES.stream().allMatch(place -> chooseNone(jdks, place)));
            for (URI place : PLACES) {
                assertEquals(jdks.select(place).equals(List.of(Proxy.NO_PROXY)), chooseNone(jdks, place));
            }
        } finally {
            System.clearProperty(setting);
        }
        PLACES.forEach(place -> assertTrue(chooseNone(jdks, place)));
    }

    private static boolean chooseNone(ProxySelector selector, URI place) {
        return ProxySettings.chooseNone(selector, place.getScheme().equals("https"));
    }

    @Test
    void aSelectorOfTheApplicationsMustBeAsked() {
        var theirs = InetSocketAddress.createUnresolved("proxy.test", 8080);
        assertFalse(ProxySettings.chooseNone(ProxySelector.of(theirs), false));
        assertFalse(ProxySettings.chooseNone(ProxySelector.of(null), true));
    }
}
