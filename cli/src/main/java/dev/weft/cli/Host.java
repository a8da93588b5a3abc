package dev.weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running JVM that the agent is to come into, or is in. */
record Host(Jvm jvm) {
    /** In which the agent says what became of it; see {@code dev.weft.agent.Presence}. */
    private static final String WORD = "dev.weft.agent";

    private static final String AT_WORK = "at work, ";
    private static final String SILENT = "without an admin endpoint";
    private static final long LIMIT_NANOS = 30_000_000_000L;
    private static final long LOOK_NANOS = 100_000_000L;

    /** Why nobody can attach to it, or null. */
    @Nullable
    String refusal() throws IOException {
        if (!jvm.isAlive()) {
            return "no process " + jvm.pid() + " runs";
        }
        var owner = ProcessHandle.of(jvm.pid()).flatMap(p -> p.info().user()).orElse(null);
        var own = ProcessHandle.current().info().user().orElse(System.getProperty("user.name"));
        if (owner != null && !owner.equals(own) && !own.equals("root")) {
            return "process " + jvm.pid() + " belongs to " + owner + " and not to " + own
                    + "; a JVM listens to its own user only";
        }
        if (!isJvm()) {
            return "process " + jvm.pid() + " is not a JVM";
        }
        if (isDeaf()) {
            return deaf(jvm.pid());
        }
        var properties = properties();
        var java = properties.getProperty("java.specification.version", "0");
        if (java.startsWith("1.") || Integer.parseInt(java) < 17) {
            return "process " + jvm.pid() + " runs on Java " + java + "; the agent needs 17 or newer";
        }
        var word = properties.getProperty(WORD, "");
        return word.startsWith(AT_WORK)
                ? "the agent is in process " + jvm.pid() + " already (" + word.substring(AT_WORK.length())
                        + "); 'weft detach " + jvm.pid() + "' takes it out"
                : null;
    }

    /** Attaching sends a signal that ends a process which does not expect it; where the system tells, look first. */
    private boolean isJvm() throws IOException {
        var maps = Path.of("/proc", Long.toString(jvm.pid()), "maps");
        if (!Files.isReadable(maps)) {
            return true;
        }
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.anyMatch(line -> line.contains("/libjvm."));
        }
    }

    /** A JVM that does not listen takes the signal for a wish to see all its stacks, so it is not asked. */
    private boolean isDeaf() throws IOException {
        var commandLine = Path.of("/proc", Long.toString(jvm.pid()), "cmdline");
        return Files.isReadable(commandLine) && Files.readString(commandLine).contains("-XX:+DisableAttachMechanism");
    }

    private static String deaf(long pid) {
        return "process " + pid + " does not answer: it was started with -XX:+DisableAttachMechanism, or hangs;"
                + " start it with -javaagent";
    }

    private Properties properties() throws IOException {
        try {
            return jvm.properties();
        } catch (IOException failed) {
            throw new IOException(explain(jvm.pid(), failed), failed);
        }
    }

    /**
     * Waits until the agent that was just loaded says what became of it.
     *
     * @return its admin endpoint, null when that is switched off
     * @throws IOException with its reason when it did not start
     */
    @Nullable
    Endpoint awaitAgent() throws IOException {
        long start = System.nanoTime();
        var word = properties().getProperty(WORD, "");
        while (!word.startsWith(AT_WORK) && System.nanoTime() - start < LIMIT_NANOS) {
            if (word.startsWith("not started")) {
                throw new IOException("the agent came into process " + jvm.pid() + " and left again, " + word);
            }
            LockSupport.parkNanos(LOOK_NANOS);
            word = properties().getProperty(WORD, "");
        }
        if (!word.startsWith(AT_WORK)) {
            throw new IOException("the agent was loaded into process " + jvm.pid()
                    + " and says nothing; see what the application has printed");
        }
        var where = word.substring(AT_WORK.length());
        return where.equals(SILENT) ? null : Endpoint.parse(where);
    }

    /** What a failure to attach means, and what can be done. */
    static String explain(long pid, Throwable failed) {
        var said = new StringBuilder();
        for (Throwable at = failed; at != null; at = at.getCause()) {
            said.append(at.getMessage()).append(' ');
        }
        var all = said.toString();
        var start = "process " + pid;
        if (all.contains("Dynamic agent loading is not enabled") || all.contains("EnableDynamicAgentLoading")) {
            return start + " was started with -XX:-EnableDynamicAgentLoading and takes no agent while it runs;"
                    + " start it with -javaagent";
        }
        if (all.contains("doesn't respond within") || all.contains("not loaded") || all.contains("not responding")) {
            return deaf(pid);
        }
        if (all.contains("No such process")) {
            return "no process " + pid + " runs";
        }
        if (all.contains("Operation not permitted")
                || all.contains("Permission denied")
                || all.contains("not secure")) {
            return start + " is not this user's: a JVM listens to its own user only";
        }
        Throwable last = failed;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return start + " can't be attached to: " + (last.getMessage() == null ? last.toString() : last.getMessage());
    }
}
