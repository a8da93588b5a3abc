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
    private static final String[] HOSTS = {"http.proxyHost", "https.proxyHost", "proxyHost", "socksProxyHost"};
    private static final String OF_SYSTEM = "java.net.useSystemProxies";
    /** What the file says is said for the life of the JVM. */
    private static final boolean FILE_CHOOSES = choosesOne(file());

    private ProxySettings() {}

    /** Whether this is the JDK's own selector and it would choose no proxy for any HTTP call. */
    public static boolean chooseNone(ProxySelector selector) {
        return selector.getClass().getName().equals("sun.net.spi.DefaultProxySelector")
                && !FILE_CHOOSES
                && !choosesOne(System.getProperties());
    }

    private static boolean choosesOne(Properties settings) {
        for (String host : HOSTS) {
            if (settings.getProperty(host) != null) {
                return true;
            }
        }
        return Boolean.parseBoolean(settings.getProperty(OF_SYSTEM));
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
