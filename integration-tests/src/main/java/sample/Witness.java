package sample;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a JVM from within, as an agent of its own with a folder as its argument. Writes to
 * {@code FOLDER/report} every class of ours that is loaded, the one that woven code is linked to among them,
 * every thread and every shutdown hook, and to {@code FOLDER/NAME.class} the code that each of those classes runs
 * with whose names stand in {@code FOLDER/classes}.
 */
public final class Witness {
    private Witness() {}

    public static void agentmain(String args, Instrumentation inst) throws Exception {
        Path folder = Path.of(args);
        System.gc();
        Path draft = folder.resolve("draft");
        try (PrintWriter report = new PrintWriter(Files.newBufferedWriter(draft))) {
            for (Class<?> loaded : inst.getAllLoadedClasses()) {
                ClassLoader loader = loaded.getClassLoader();
                boolean ours = loader != null && loader.getClass().getName().startsWith("dev.weft.");
                if (ours
                        || loaded.getName().startsWith("dev.weft.")
                        || loaded.getName().equals("java.lang.WeftLink")) {
                    report.println("class " + loaded.getName());
                }
            }
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                report.println("thread " + thread.getName());
            }
            for (Thread hook : hooks(inst)) {
                report.println("hook " + hook.getName());
            }
        }
        for (String name : Files.readAllLines(folder.resolve("classes"))) {
            write(inst, name, folder);
        }
        Files.move(draft, folder.resolve("report"), StandardCopyOption.ATOMIC_MOVE);
    }

    @SuppressWarnings("unchecked") // what the field holds
    private static Set<Thread> hooks(Instrumentation inst) throws ReflectiveOperationException {
        Module base = Object.class.getModule();
        Map<String, Set<Module>> opened = Map.of("java.lang", Set.of(Witness.class.getModule()));
        inst.redefineModule(base, Set.of(), Map.of(), opened, Set.of(), Map.of());
        Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
        hooks.setAccessible(true);
        return ((Map<Thread, Thread>) hooks.get(null)).keySet();
    }

    private static void write(Instrumentation inst, String name, Path folder) throws Exception {
        for (Class<?> loaded : inst.getAllLoadedClasses()) {
            if (loaded.getName().equals(name)) {
                Look look = new Look(loaded, folder.resolve(name + ".class"));
                inst.addTransformer(look, true);
                try {
                    inst.retransformClasses(loaded);
                } finally {
                    inst.removeTransformer(look);
                }
            }
        }
    }

    /** Sees the bytes after all others have had their way with them. */
    private record Look(Class<?> type, Path file) implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (redefined == type) {
                try {
                    Files.write(file, bytes);
                } catch (IOException unwritable) {
                    System.err.println("the witness can't write " + file + ": " + unwritable);
                }
            }
            return null;
        }
    }
}
