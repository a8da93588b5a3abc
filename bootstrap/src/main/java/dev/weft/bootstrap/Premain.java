package dev.weft.bootstrap;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * The way into the agent. Java 8 bytecode, so that an old JVM can say that it is too old instead of
 * failing to start. Whatever goes wrong here costs one line on stderr; the application runs.
 */
public final class Premain {
    /** The system property in which whoever attaches finds what became of it. */
    private static final String WORD = "dev.weft.agent";

    private static boolean started;

    /** What {@link Start} takes. */
    static @Nullable String args;

    static @Nullable Instrumentation inst;

    /** Whether the application ran already. */
    static boolean late;

    /** Left by {@link Start}: this class may not name it, because it is not for a JVM that is too old. */
    static @Nullable Runnable start;

    private Premain() {}

    public static void premain(@Nullable String args, Instrumentation inst) {
        start(args, inst, false);
    }

    public static void agentmain(@Nullable String args, Instrumentation inst) {
        start(args, inst, true);
    }

    private static synchronized void start(@Nullable String args, Instrumentation inst, boolean late) {
        if (started) {
            System.err.println("weft: already in this JVM; the second start is ignored");
            return;
        }
        try {
            String java = System.getProperty("java.specification.version");
            if (java.startsWith("1.") || Integer.parseInt(java) < 17) {
                System.err.println(
                        "weft: needs Java 17 or newer, this is " + java + "; the application runs without it");
                return;
            }
            started = true;
            Premain.args = args;
            Premain.inst = inst;
            Premain.late = late;
            System.clearProperty(WORD);
            if (start == null) {
                Class.forName("dev.weft.bootstrap.Start");
            }
            Runnable known = start;
            if (known != null) {
                known.run();
            }
        } catch (ExceptionInInitializerError failed) {
            failed(failed.getCause());
        } catch (Throwable failed) {
            failed(failed);
        } finally {
            Premain.args = null;
            Premain.inst = null;
        }
    }

    /** The agent has gone, or had nothing to do: it may come again. */
    static synchronized void gone() {
        started = false;
    }

    private static void failed(@Nullable Throwable failed) {
        started = false;
        if (late) {
            System.setProperty(WORD, "not started: " + failed);
        }
        System.err.println("weft: not started, the application runs without it: " + failed);
    }
}
