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
    private static final String OF_SYSTEM = "java.net.useSystemProxies";
    /** What the file says is said for the life of the JVM; the selector asks once for those of the system. */
    private static final boolean MUST_BE_ASKED =
            namesOne(FILE, true) || namesOne(FILE, false) || ofSystem(FILE) || ofSystem(System.getProperties());

    private ProxySettings() {}

    /**
     * Whether this is the JDK's own selector and it would choose no proxy for an HTTP call.
     *
     * @param secure whether the call is one over TLS
     */
    public static boolean chooseNone(ProxySelector selector, boolean secure) {
        return selector.getClass().getName().equals("sun.net.spi.DefaultProxySelector")
                && !MUST_BE_ASKED
                && !namesOne(System.getProperties(), secure);
    }

    private static boolean namesOne(Properties settings, boolean secure) {
        return settings.getProperty(secure ? "https.proxyHost" : "http.proxyHost") != null
                || settings.getProperty("proxyHost") != null
                || settings.getProperty("socksProxyHost") != null;
    }

    private static boolean ofSystem(Properties settings) {
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
