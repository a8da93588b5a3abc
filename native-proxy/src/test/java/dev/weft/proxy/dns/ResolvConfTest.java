package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** resolv.conf, read and followed. */
class ResolvConfTest {
    @TempDir
    Path directory;

    @Test
    void whatItSaysIsReadAsTheCLibraryDoes() {
        var conf = ResolvConf.parse("""
                # nameserver 10.9.9.9
                ; nameserver 10.9.9.8
                domain first.example
                search Corp.Example. svc.cluster.local
                nameserver 10.0.0.1
                \tnameserver\t2001:db8::1
                nameserver not.an.address
                nameserver 10.0.0.3
                nameserver 10.0.0.4
                options rotate ndots:5 timeout:99 attempts:x edns0
                options attempts:4
                """);
        assertEquals(
                List.of("10.0.0.1", "2001:db8:0:0:0:0:0:1", "10.0.0.3"),
                conf.servers().stream().map(InetAddress::getHostAddress).toList());
        assertEquals(List.of("corp.example", "svc.cluster.local"), conf.search());
        assertEquals(true, conf.isRotating());
        assertEquals(5, conf.ndots());
        assertEquals(30, conf.timeoutSeconds());
        assertEquals(4, conf.attempts());
    }

    @Test
    void whatItDoesntSayIsTheCLibrarysDefault() {
        assertEquals(new ResolvConf(List.of(), List.of(), false, 5, 2, 1), ResolvConf.parse(""));
    }

    private String servers(ResolvConfFile file) throws IOException {
        var conf = file.changed();
        assertNotNull(conf);
        return conf.servers().get(0).getHostAddress();
    }

    private Path write(String name, String server) throws IOException {
        Path path = directory.resolve(name);
        Files.writeString(path, "nameserver " + server + "\n");
        return path;
    }

    @Test
    void everyWayToReplaceItIsSeen() throws IOException {
        Path path = write("resolv.conf", "10.0.0.1");
        var file = new ResolvConfFile(path);
        assertEquals("10.0.0.1", servers(file));
        assertNull(file.changed());

        Path other = write("other", "10.0.0.2");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(path)); // the inode alone tells
        Files.move(other, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("10.0.0.2", servers(file));

        Files.writeString(path, "nameserver 10.0.0.3\n"); // in its place, same size
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1)));
        assertEquals("10.0.0.3", servers(file));

        write("a", "10.0.0.4");
        write("b", "10.0.0.5");
        Files.delete(path);
        assertNull(file.changed());
        Files.createSymbolicLink(path, Path.of("a"));
        assertEquals("10.0.0.4", servers(file));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("b"));
        Files.move(link, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("10.0.0.5", servers(file));
    }

    @Test
    void whileItIsEmptyTheLastServersStay() throws IOException {
        Path path = write("resolv.conf", "10.0.0.1");
        var file = new ResolvConfFile(path);
        assertEquals("10.0.0.1", servers(file));
        Files.writeString(path, "");
        assertNull(file.changed());
        Files.writeString(path, "nameserver 10.0.0.9\n");
        assertEquals("10.0.0.9", servers(file));
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        Path path = directory.resolve("resolv.conf");
        Files.write(path, new byte[65 * 1024]);
        assertThrows(IOException.class, () -> new ResolvConfFile(path).changed());
    }

    @Test
    void aLinkThatLeadsToAnotherDirectoryIsFollowedThere() throws Exception {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path real = run.resolve("stub.conf");
        Files.writeString(real, "nameserver 10.0.0.1\n");
        Path path = Files.createSymbolicLink(directory.resolve("resolv.conf"), real);
        var seen = new LinkedBlockingQueue<ResolvConf>();
        try (var watch = new ResolvConfWatch(new ResolvConfFile(path), seen::add, why -> {})) {
            assertEquals("10.0.0.1", next(seen));
            Path fresh = run.resolve("fresh");
            Files.writeString(fresh, "nameserver 10.0.0.2\n");
            Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assertEquals("10.0.0.2", next(seen));
            assertNotNull(watch);
        }
    }

    private static String next(LinkedBlockingQueue<ResolvConf> seen) throws InterruptedException {
        var conf = seen.poll(60, TimeUnit.SECONDS);
        assertNotNull(conf, "nothing was seen");
        return conf.servers().get(0).getHostAddress();
    }
}
