package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every class in the jar, loaded as the agent loads it, passes the verifier. */
class LinkingTest {
    private static final String BEGIN = "inst/dev/weft/";
    private static final String END = ".classdata";

    @Test
    void everyPackedClassLinksButForThoseOfLibrariesThatAreOptional() throws Exception {
        TreeSet<String> missing = new TreeSet<>();
        List<String> broken = new ArrayList<>();
        int linked = 0;
        URL[] jar = {Jvm.AGENT.toUri().toURL()};
        try (URLClassLoader application = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader())) {
            ClassLoader agent = agent(application);
            for (String name : AgentFiles.read().keySet()) {
                if (!name.startsWith(BEGIN) || !name.endsWith(END)) {
                    continue;
                }
                String type = name.substring("inst/".length(), name.length() - END.length());
                try {
                    // Asking for methods links the class without initialising it.
                    Class<?> linkedNow = Class.forName(type.replace('/', '.'), false, agent);
                    assertNotNull(linkedNow.getDeclaredMethods());
                    linked++;
                } catch (NoClassDefFoundError e) {
                    missing.add(String.valueOf(e.getMessage()));
                } catch (LinkageError e) {
                    broken.add(type + ": " + e);
                }
            }
        }
        System.out.println(linked + " classes linked; optional and absent: " + missing);
        assertEquals(List.of(), broken);
        for (String name : missing) {
            assertTrue(!name.startsWith("dev/weft/") && !name.startsWith("io/grpc/"), name + " is not packed");
        }
        assertTrue(linked > 1000, linked + " classes");
    }

    private static ClassLoader agent(ClassLoader application) throws ReflectiveOperationException {
        try {
            return (ClassLoader) application
                    .loadClass("dev.weft.bootstrap.AgentLoader")
                    .getConstructor(File.class, String.class, Instrumentation.class, boolean.class)
                    .newInstance(Jvm.AGENT.toFile(), null, null, false);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
