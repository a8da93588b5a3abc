package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is in weft-agent.jar, and what must not be. */
class JarTest {
    private static final long LIMIT = 16 << 20;
    private static final Map<String, byte[]> FILES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        FILES.putAll(AgentFiles.read());
    }

    @Test
    void theJarHasSixteenMegabytesAtTheMost() throws IOException {
        long size = Files.size(Jvm.AGENT);
        System.out.println("weft-agent.jar: " + size + " bytes, " + FILES.size() + " files");
        assertTrue(size <= LIMIT, size + " bytes");
    }

    /** Each entry costs every start of a JVM some microseconds. */
    @Test
    void theJarHasFewEntries() throws IOException {
        try (JarFile jar = new JarFile(Jvm.AGENT.toFile())) {
            assertTrue(jar.size() < 260, jar.size() + " entries");
        }
    }

    @Test
    void theApplicationSeesNothingButTheBootstrap() {
        for (String name : FILES.keySet()) {
            boolean hidden = name.startsWith("inst/") || name.startsWith("adapters/") || name.startsWith("META-INF/");
            assertTrue(hidden || name.startsWith("dev/weft/bootstrap/"), name);
            assertTrue(!hidden || !name.endsWith(".class"), name);
        }
    }

    @Test
    void everyBundledClassIsRelocated() {
        for (String name : FILES.keySet()) {
            if (name.startsWith("inst/") && name.endsWith(".classdata")) {
                assertTrue(name.startsWith("inst/dev/weft/") || name.equals("inst/java/lang/WeftLink.classdata"), name);
            }
        }
    }

    @Test
    void neitherByteBuddyNorNativeLibrariesAreInside() {
        for (String name : FILES.keySet()) {
            assertTrue(!name.contains("bytebuddy"), name);
            assertTrue(!name.endsWith(".so") && !name.endsWith(".dll") && !name.endsWith("lib"), name);
        }
    }

    @Test
    void noClassRefersToWhatWouldShowInTheApplication() {
        TreeSet<String> found = new TreeSet<>();
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            if (file.getKey().startsWith("inst/") && file.getKey().endsWith(".classdata")) {
                String content = new String(file.getValue(), StandardCharsets.ISO_8859_1);
                for (String banned : new String[] {
                    "java/util/logging/", "java.util.logging.Log", "java/lang/System$Logger", "sun/misc/Unsafe"
                }) {
                    if (content.contains(banned)) {
                        found.add(file.getKey() + ": " + banned);
                    }
                }
            }
        }
        assertEquals(new TreeSet<>(), found);
    }

    @Test
    void ourOwnClassesLinkNothingByInvokedynamic() {
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            String name = file.getKey();
            boolean ours = name.startsWith("inst/dev/weft/") && !name.startsWith("inst/dev/weft/shaded/");
            String content = new String(file.getValue(), StandardCharsets.ISO_8859_1);
            assertTrue(!ours || !content.contains("BootstrapMethods"), name);
        }
    }

    /** Else JDK 17 remembers the last one, and keeps its loader for ever. */
    @Test
    void adaptersLinkNoMethodOfARecordByInvokedynamic() {
        int records = 0;
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            if (file.getKey().startsWith("adapters/")) {
                String content = new String(file.getValue(), StandardCharsets.ISO_8859_1);
                records += content.contains("java/lang/Record") ? 1 : 0;
                assertFalse(content.contains("java/lang/runtime/ObjectMethods"), file.getKey());
            }
        }
        assertTrue(records > 0, "no adapter has a record any more");
    }

    @Test
    void everyAdapterHasItsHooksAndReferences() {
        String hooks = new String(FILES.get("META-INF/weft/hooks"), StandardCharsets.UTF_8);
        Set<String> modules = new TreeSet<>();
        for (String of : hooks.split("(^|\n)module ")) {
            if (of.isEmpty()) {
                continue; // before the first
            }
            String[] lines = of.split("\n");
            String module = lines[0];
            modules.add(module);
            assertTrue(Stream.of(lines).skip(1).anyMatch(line -> !line.startsWith("class ")), module + " has no hook");
            assertTrue(FILES.containsKey("META-INF/weft/" + module + ".refs"), module);
            assertTrue(FILES.keySet().stream().anyMatch(name -> name.startsWith("adapters/" + module + "/")), module);
        }
        assertEquals(
                Set.of(
                        "jdk-http",
                        "jdk-urlconnection",
                        "apache-httpclient4",
                        "apache-httpclient5",
                        "okhttp",
                        "tomcat",
                        "spring-boot"),
                modules);
    }

    @Test
    void theLicencesOfBundledLibrariesAreInside() {
        String notice = new String(FILES.get("META-INF/NOTICE"), StandardCharsets.UTF_8);
        for (String library : new String[] {"netty-common", "grpc-core", "guava", "asm", "re2j", "snakeyaml"}) {
            assertTrue(notice.contains(library), library);
        }
        assertTrue(FILES.containsKey("META-INF/licences/Apache-2.0.txt"));
        assertTrue(FILES.containsKey("META-INF/licences/BSD-3-Clause-asm.txt"));
    }

    @Test
    void theManifestNamesPremainAndItsRights() throws IOException {
        try (JarFile jar = new JarFile(Jvm.AGENT.toFile())) {
            var attributes = jar.getManifest().getMainAttributes();
            assertEquals("dev.weft.bootstrap.Premain", attributes.getValue("Premain-Class"));
            assertEquals("true", attributes.getValue("Can-Retransform-Classes"));
        }
    }

    @Test
    void premainRunsOnJava8() {
        byte[] premain = FILES.get("dev/weft/bootstrap/Premain.class");
        assertEquals(52, premain[7], "class file version");
    }
}
