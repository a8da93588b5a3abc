package dev.weft.bootstrap;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.net.MalformedURLException;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Enumeration;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The loader of everything of the agent's: the {@link ClassPack} of the agent jar, and its {@code inst/**}, where class
 * files end in {@code .classdata}, so that neither the application's loader nor its scanners take them for their own.
 * It sees the platform and nothing of the application.
 *
 * <p>Its own classes come first: none of them exists on the platform, and looking there for each
 * costs more than the look into the jar. The jar's directory is shared with the one that the JVM
 * has open for the application's class path.
 *
 * <p>As a supplier it gives its own classes, which know neither this one nor each other's way in, what
 * premain was given: the arguments, the instrumentation, and whether the application ran already. As a
 * runnable it takes their word that the agent has gone.
 */
public final class AgentLoader extends ClassLoader implements Supplier<@Nullable Object[]>, Runnable {
    static {
        registerAsParallelCapable();
    }

    /**
     * Of all classes here. The usual one names its loader, and a thread that the application makes while a call of
     * ours is on its stack remembers every domain there (until JDK 23, for access control): it would keep us for ever.
     */
    private static final ProtectionDomain DOMAIN = new ProtectionDomain(null, null);

    private static final String CLASS = ".class";

    private final ZipFile jar;
    private final @Nullable ClassPack classes;
    private final String base;
    private final @Nullable String args;
    private final @Nullable Instrumentation inst;
    private final boolean late;

    public AgentLoader(File jar, @Nullable String args, @Nullable Instrumentation inst, boolean late)
            throws IOException {
        super("weft", getPlatformClassLoader());
        this.jar = new ZipFile(jar);
        ZipEntry pack = this.jar.getEntry("inst/classes");
        this.classes = pack == null ? null : new ClassPack(this.jar, pack);
        this.base = "jar:" + jar.toURI() + "!/";
        this.args = args;
        this.inst = inst;
        this.late = late;
    }

    @Override
    public @Nullable Object[] get() {
        return new @Nullable Object[] {args, inst, late};
    }

    @Override
    public void run() {
        Premain.gone();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("java.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            byte[] bytes = bytes(name);
            return bytes == null ? super.loadClass(name, resolve) : defineClass(name, bytes, 0, bytes.length, DOMAIN);
        }
    }

    private byte @Nullable [] bytes(String name) {
        try {
            byte[] packed = classes == null ? null : classes.find(name);
            if (packed != null) {
                return packed;
            }
        } catch (IOException broken) {
            throw new UncheckedIOException("weft: " + name, broken);
        }
        ZipEntry entry = jar.getEntry("inst/" + name.replace('.', '/') + ".classdata");
        return entry == null ? null : read(entry);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] own = resource(name);
        return own != null ? new ByteArrayInputStream(own) : getParent().getResourceAsStream(name);
    }

    private byte @Nullable [] resource(String name) {
        if (name.endsWith(CLASS)) {
            return bytes(name.substring(0, name.length() - CLASS.length()).replace('/', '.'));
        }
        ZipEntry entry = entry(name);
        return entry == null ? null : read(entry);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        ZipEntry entry = entry(name);
        try {
            return entry == null ? null : new URL(base + entry.getName());
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL own = findResource(name);
        return own == null ? Collections.emptyEnumeration() : Collections.enumeration(Collections.singleton(own));
    }

    /** Adapters and what is known of them stand beside {@code inst}: they are read here, loaded elsewhere. */
    private @Nullable ZipEntry entry(String name) {
        if (name.startsWith("adapters/") || name.startsWith("META-INF/weft/")) {
            return jar.getEntry(name);
        }
        return jar.getEntry("inst/" + name);
    }

    private byte[] read(ZipEntry entry) {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("weft: " + entry.getName(), broken);
        }
    }
}
