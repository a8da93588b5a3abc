package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The launcher in a repository of its own, on machines that have or lack what it looks for: its {@code PATH}
 * leads to a few real commands, and to scripts that stand for others.
 */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "weft").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path home;
    private Path commands;

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void repository() throws IOException {
        home = Files.createDirectories(folder.resolve("weft home"));
        Files.copy(LAUNCHER, home.resolve("weft"));
        commands = Files.createDirectories(folder.resolve("commands"));
        for (String real :
                List.of("cat", "cp", "date", "dirname", "find", "grep", "head", "mkdir", "mv", "rm", "sed")) {
            script(commands.resolve(real), "exec " + real(real) + " \"$@\"");
        }
    }

    private static Path real(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + command + " on this machine"));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A Java that tells its version, and of everything else what it was told to run. */
    private Path java(String version) throws IOException {
        Path jdk = folder.resolve("jdk");
        script(
                jdk.resolve("bin/java"),
                "case $1 in -XshowSettings*) printf '    java.home = %s\\n    java.specification.version = %s\\n' '"
                        + jdk + "' '" + version + "' >&2 ;; *) echo \"runs $*\" ;; esac");
        return jdk;
    }

    private Ended weft(@Nullable Path javaHome, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", home.resolve("weft").toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", commands.toString());
        if (javaHome != null) {
            builder.environment().put("JAVA_HOME", javaHome.toString());
        }
        int exit = builder.start().waitFor();
        return new Ended(exit, Files.readString(out), Files.readString(err));
    }

    @ParameterizedTest
    @CsvSource({
        "apt-get apt-cache, sudo apt-get install -y openjdk-17-jdk-headless",
        "apt-get, sudo apt-get install -y default-jdk-headless",
        "dnf, sudo dnf install -y java-latest-openjdk-devel",
        "apk, sudo apk add openjdk17-jdk",
        "zypper, sudo zypper install -y java-17-openjdk-devel",
        "pacman, sudo pacman -S --noconfirm jdk17-openjdk",
        "brew, brew install openjdk@17"
    })
    void withoutJavaItNamesTheOneCommandThatInstallsIt(String managers, String install) throws Exception {
        for (String manager : managers.split(" ")) {
            script(commands.resolve(manager), "echo '  Candidate: 17.0.1'");
        }
        Ended ended = weft(null, "demo");

        assertEquals(1, ended.exit(), ended.err());
        assertTrue(ended.err().contains("There is no Java on this machine.\n"), ended.err());
        assertEquals(
                List.of("  " + install),
                ended.err().lines().filter(line -> line.startsWith("  ")).toList());
        assertFalse(Files.exists(home.resolve("target")), "something was built");
    }

    @ParameterizedTest
    @CsvSource({"11, is Java 11.", "1.8, is Java 1.8.", "17, is a Java without compiler."})
    void aJavaThatIsNoJdk17IsNamedWithTheCommand(String version, String why) throws Exception {
        script(commands.resolve("apk"), "");
        Ended ended = weft(java(version), "doctor");

        assertEquals(1, ended.exit(), ended.err());
        assertTrue(ended.err().contains(folder.resolve("jdk") + (version.equals("17") ? " " : "/bin/java ") + why));
        assertTrue(ended.err().contains("\n  sudo apk add openjdk17-jdk\n"), ended.err());
    }

    @Test
    void itBuildsWhatIsMissingOrOlderThanItsSourcesAndThenRunsIt() throws Exception {
        Path jdk = java("17");
        script(jdk.resolve("bin/javac"), "");
        script(
                home.resolve("mvnw"),
                "[ ! -f broken ] || { echo 'a slip of the pen'; exit 1; }\necho \"$*\" >> built\n"
                        + "mkdir -p cli/target && : > cli/target/weft.jar");
        Path source = write("cli/src/main/java/Main.java");
        Path jar = home.resolve("cli/target/weft.jar");

        Ended first = weft(jdk, "doctor", "--pid", "a b");
        assertEquals(0, first.exit(), first.err());
        assertEquals(1, builds());
        assertTrue(first.out().startsWith("runs "), first.out());
        assertTrue(first.out().endsWith(" -jar " + jar + " doctor --pid a b\n"), first.out());
        assertTrue(first.err().contains("building tools"), first.err());

        Ended second = weft(jdk, "doctor");
        assertEquals("", second.err());
        assertEquals(1, builds());

        saved(write("cli/src/test/java/MainTest.java"), 1);
        saved(write("cli/target/src/main/java/Generated.java"), 1);
        weft(jdk, "doctor");
        assertEquals(1, builds(), "for a test, or what the build has made");

        saved(source, 1);
        weft(jdk, "doctor");
        assertEquals(2, builds());
        saved(source, -1);
        Files.delete(jar);
        weft(jdk, "doctor");
        assertEquals(3, builds());
        saved(write("engine/pom.xml"), 1);

        Path broken = write("broken");
        Ended failed = weft(jdk, "doctor");
        assertEquals(1, failed.exit());
        assertEquals("", failed.out());
        assertTrue(failed.err().contains("a slip of the pen\n"), failed.err());
        Files.delete(broken);
        assertEquals(0, weft(jdk, "doctor").exit());
        assertEquals(4, builds(), "what failed is built again");
    }

    /** A file that is older than whatever is built. */
    private Path write(String file) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "");
        saved(path, -2);
        return path;
    }

    private static void saved(Path file, int hours) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600L * hours)));
    }

    private long builds() throws IOException {
        try (Stream<String> lines = Files.lines(home.resolve("built"), StandardCharsets.UTF_8)) {
            return lines.count();
        }
    }
}
