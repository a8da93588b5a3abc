package dev.weft.engine.adapt;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The JVM's own settings of proxies, as the selector that the JDK brings reads them: system properties, and where
 * those are silent {@code conf/net.properties}. To ask the selector costs as much as the rest of what we do.
 */
public final class ProxySettings {
    private static final Properties FILE = file();
    private static final String SYSTEM_PROXIES = FILE.getProperty("java.net.useSystemProxies", "false");

    private ProxySettings() {}

    /** Whether this is the JDK's own selector and it would choose no proxy for any HTTP call. */
    public static boolean chooseNone(ProxySelector selector) {
        return selector.getClass().getName().equals("sun.net.spi.DefaultProxySelector")
                && unset("http.proxyHost")
                && unset("https.proxyHost")
                && unset("proxyHost")
                && unset("socksProxyHost")
                && !Boolean.parseBoolean(System.getProperty("java.net.useSystemProxies", SYSTEM_PROXIES));
    }

    private static boolean unset(String property) {
        return System.getProperty(property) == null && !FILE.containsKey(property);
    }

    private static Properties file() {
        var read = new Properties();
        try (InputStream in =
                Files.newInputStream(Path.of(System.getProperty("java.home"), "conf", "net.properties"))) {
            read.load(in);
        } catch (IOException | IllegalArgumentException missing) {
            return new Properties(); // the JDK goes without it, too
        }
        return read;
    }
}
