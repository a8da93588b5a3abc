package dev.weft.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a small one in memory, mounted where nobody else sees it, which takes root. */
@Tag("long")
class DiskFullTest {
    private static final String SMALL = "mount -t tmpfs -o size=256k weft \"$1\" && shift && exec \"$@\"";

    @TempDir
    Path temp;

    @Test
    void nothingIsSaidToBeDoneThatIsLostAndNothingIsLostThatWasThere() throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        if (run(List.of("unshare", "--mount", "sh", "-c", SMALL, "sh", disk.toString(), "true")) != 0) {
            String why = "no disk can be mounted here (it takes root): " + said();
            System.out.println("SKIPPED: " + why);
            Assumptions.abort(why);
        }
        int exit = run(List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                SMALL,
                "sh",
                disk.toString(),
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FullDisk.class.getName(),
                disk.toString(),
                Files.createDirectory(temp.resolve("rules")).toString()));
        assertEquals(0, exit, this::said);
    }

    private Path output() {
        return temp.resolve("said");
    }

    private String said() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output().toFile())
                .start();
        try {
            return process.waitFor(300, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }
}
