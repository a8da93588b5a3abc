package dev.weft.bootstrap;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * The way into the agent. Java 8 bytecode, so that an old JVM can say that it is too old instead of
 * failing to start. Whatever goes wrong here costs one line on stderr; the application runs.
 */
public final class Premain {
    private static boolean started;

    /** What {@link Start} takes. */
    static @Nullable String args;

    static @Nullable Instrumentation inst;

    private Premain() {}

    public static void premain(@Nullable String args, Instrumentation inst) {
        start(args, inst);
    }

    public static void agentmain(@Nullable String args, Instrumentation inst) {
        start(args, inst);
    }

    private static synchronized void start(@Nullable String args, Instrumentation inst) {
        try {
            String java = System.getProperty("java.specification.version");
            if (java.startsWith("1.") || Integer.parseInt(java) < 17) {
                System.err.println(
                        "weft: needs Java 17 or newer, this is " + java + "; the application runs without it");
                return;
            }
            if (started) {
                System.err.println("weft: already in this JVM; the second start is ignored");
                return;
            }
            started = true;
            Premain.args = args;
            Premain.inst = inst;
            Class.forName("dev.weft.bootstrap.Start"); // by name: it is not for a JVM that is too old
        } catch (ExceptionInInitializerError failed) {
            say(failed.getCause());
        } catch (Throwable failed) {
            say(failed);
        }
    }

    private static void say(@Nullable Throwable failed) {
        System.err.println("weft: not started, the application runs without it: " + failed);
    }
}
