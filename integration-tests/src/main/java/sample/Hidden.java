package sample;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the caller and its libraries in a class loader that sees nothing but the Java platform's public
 * packages, as a bundle in an OSGi framework does: {@code Hidden CLIENT JAR...}.
 */
public final class Hidden {
    private Hidden() {}

    public static void main(String[] args) throws Exception {
        List<URL> own = new ArrayList<>();
        for (String jar : List.of(args).subList(1, args.length)) {
            own.add(Path.of(jar).toUri().toURL());
        }
        ClassLoader bundle = new URLClassLoader(own.toArray(URL[]::new), new PlatformOnly());
        Thread.currentThread().setContextClassLoader(bundle);
        Class<?> caller = Class.forName("sample.Caller", true, bundle);
        caller.getMethod("main", String[].class).invoke(null, (Object) new String[] {args[0]});
    }

    /** What a framework delegates: {@code java.*}, and the standard packages that a bundle imports. */
    private static final class PlatformOnly extends ClassLoader {
        private static final List<String> IMPORTED = List.of("java.", "javax.", "org.ietf.", "jdk.net.");

        PlatformOnly() {
            super(null);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            for (String imported : IMPORTED) {
                if (name.startsWith(imported)) {
                    return getPlatformClassLoader().loadClass(name);
                }
            }
            throw new ClassNotFoundException(name + " is hidden");
        }
    }
}
