package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The user that interception leaves alone, without any rights: what its proxies need is in a folder of its own, the
 * proxy's jars too, since the build may stand where nobody else looks.
 */
record ProxyUser(Fleet fleet, Path home) {
    private static final String UID = "1337";

    /** From here on there is no way back to more. */
    private static final List<String> BECOME = List.of(
            "setpriv",
            "--reuid",
            UID,
            "--regid",
            UID,
            "--clear-groups",
            "--no-new-privs",
            "--inh-caps=-all",
            "--bounding-set=-all");

    /** Skips the test where such a user can't run this Java. */
    static ProxyUser of(Fleet fleet) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "lib", "modules");
        if (!Namespace.succeeds(Stream.concat(BECOME.stream(), Stream.of("test", "-r", java.toString())))) {
            Programs.skip("user " + UID + " can't read " + java);
        }
        Files.setPosixFilePermissions(fleet.folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path home = fleet.folder.resolve("user");
        for (String part : List.of("", "tmp", "lib")) {
            Files.setAttribute(Files.createDirectories(home.resolve(part)), "unix:uid", Integer.valueOf(UID));
        }
        copy(Jvm.PROXY, home);
        try (Stream<Path> jars = Files.list(Jvm.PROXY.resolveSibling("lib"))) {
            for (Path jar : jars.toList()) {
                copy(jar, home.resolve("lib"));
            }
        }
        return new ProxyUser(fleet, home);
    }

    private static void copy(Path jar, Path folder) throws IOException {
        Path copy = Files.copy(jar, folder.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Starts a proxy as this user, and does not wait for it. */
    Running proxy(Namespace where, String name, String... options) throws IOException, InterruptedException {
        return fleet.own(
                new Jvm(home).in(where).under(BECOME).jar(name, home.resolve(Jvm.PROXY.getFileName()), options));
    }

    /** That a proxy has no more rights than it was given: none. */
    static void hasNoRights(Running proxy) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", String.valueOf(proxy.pid()), "status"));
        for (String expected : List.of("Uid:\t" + UID, "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000000")) {
            assertEquals(
                    1, status.stream().filter(line -> line.startsWith(expected)).count(), status.toString());
        }
    }
}
