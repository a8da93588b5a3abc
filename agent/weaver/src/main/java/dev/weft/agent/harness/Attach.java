package dev.weft.agent.harness;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Gets {@link Instrumentation} for the JVM of a test. A JVM does not attach to itself without a flag,
 * so a second one, started for that, attaches to this one and loads an agent jar that is nothing but
 * a manifest: the agent's class is this one, on the test's class path.
 */
public final class Attach {
    private static volatile @Nullable Instrumentation received;

    private Attach() {}

    /** What the attached agent runs, in the JVM of the test. */
    public static void agentmain(@Nullable String args, Instrumentation inst) {
        received = inst;
    }

    /** What the second JVM runs: {@code Attach <pid> <jar>}. */
    public static void main(String[] args) throws Exception {
        VirtualMachine vm = VirtualMachine.attach(args[0]);
        vm.loadAgent(args[1]);
        vm.detach();
    }

    static synchronized Instrumentation instrumentation() throws Exception {
        Instrumentation known = received;
        if (known != null) {
            return known;
        }
        Path jar = agentJar();
        Path classes = Path.of(
                Attach.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process attacher = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes.toString(),
                        Attach.class.getName(),
                        Long.toString(ProcessHandle.current().pid()),
                        jar.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(attacher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = attacher.waitFor();
        Files.delete(jar);
        known = received;
        if (exit != 0 || known == null) {
            throw new IllegalStateException("could not attach to this JVM: " + said);
        }
        return known;
    }

    private static Path agentJar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Agent-Class", Attach.class.getName());
        main.putValue("Can-Retransform-Classes", "true");
        main.putValue("Can-Redefine-Classes", "true");
        Path jar = Files.createTempFile("weft-test-agent", ".jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }
}
