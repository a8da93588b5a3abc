package dev.weft.agent.weave;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's end of {@code java.lang.WeftLink}. The class is defined into the boot loader through
 * {@code java.lang}, opened to the module of this class alone; nothing is appended to the boot class
 * path, which would switch class-data sharing off for the application.
 */
final class Link {
    private static final String NAME = "java.lang.WeftLink";

    private final VarHandle linker;

    private Link(VarHandle linker) {
        this.linker = linker;
    }

    static Link open(Instrumentation inst) throws Exception {
        Map<String, Set<Module>> opened = Map.of("java.lang", Set.of(Link.class.getModule()));
        inst.redefineModule(Object.class.getModule(), Set.of(), Map.of(), opened, Set.of(), Map.of());
        MethodHandles.Lookup own = MethodHandles.lookup();
        Class<?> link = define(MethodHandles.privateLookupIn(Object.class, own));
        return new Link(
                MethodHandles.privateLookupIn(link, own).findStaticVarHandle(link, "linker", MethodHandle.class));
    }

    /** Whether an agent has woven in this JVM before. */
    static boolean exists() {
        try {
            Class.forName(NAME, false, null);
            return true;
        } catch (ClassNotFoundException first) {
            return false;
        }
    }

    private static Class<?> define(MethodHandles.Lookup lang) throws Exception {
        try (InputStream in = Link.class.getResourceAsStream("/java/lang/WeftLink.class")) {
            if (in == null) {
                throw new FileNotFoundException("java/lang/WeftLink.class");
            }
            return lang.defineClass(in.readAllBytes());
        } catch (LinkageError exists) {
            return Class.forName(NAME, false, null); // left by an agent that was detached
        }
    }

    /** False when another agent of ours is connected. */
    boolean connect(MethodHandle to) {
        return linker.compareAndSet((@Nullable MethodHandle) null, to);
    }

    void disconnect() {
        linker.setVolatile((@Nullable MethodHandle) null);
    }
}
