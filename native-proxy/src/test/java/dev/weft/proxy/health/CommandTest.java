package dev.weft.proxy.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands are run by the system, and leave nothing behind. */
class CommandTest {
    @TempDir
    Path folder;

    private static String said(CompletableFuture<Optional<String>> over) throws Exception {
        return over.get(60, TimeUnit.SECONDS).orElse("well");
    }

    private static CompletableFuture<Optional<String>> begin(Command command, CompletableFuture<Runnable> end) {
        CompletableFuture<Optional<String>> over = new CompletableFuture<>();
        end.complete(command.begin(failure -> over.complete(Optional.ofNullable(failure))));
        return over;
    }

    private static String run(String line) throws Exception {
        return said(begin(new Command(Runnable::run, line), new CompletableFuture<>()));
    }

    @ParameterizedTest
    @CsvSource({
        "true, well",
        "exit 3, exit status 3",
        "echo one; echo two >&2; echo; exit 1, exit status 1: two",
        "'printf ''a\\033[31mb\\n''; exit 1', exit status 1: a [31mb",
        "kill -TERM $$, exit status 143",
        "no-such-command 2>/dev/null, exit status 127",
        "cat, well" // there is nothing to read
    })
    void itsExitStatusSaysHowItIs(String line, String expected) throws Exception {
        assertEquals(expected, run(line));
    }

    @Test
    void nobodyStopsWhoeverSaysMuch() throws Exception {
        assertEquals("exit status 1: " + "y".repeat(200), run("head -c 300000 /dev/zero | tr '\\0' y; exit 1"));
    }

    /** The process ids that a command has written, one a line. */
    private static ProcessHandle[] processes(Path file, int count) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(file) || Files.readAllLines(file).size() < count) {
            assertTrue(System.nanoTime() < until, "the command does not begin");
            LockSupport.parkNanos(2_000_000);
        }
        return Files.readAllLines(file).stream()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                .toArray(ProcessHandle[]::new);
    }

    /** Whoever should collect what they were may never do it. */
    private static void assertGone(ProcessHandle... all) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (ProcessHandle one : all) {
            while (one.isAlive() && !isZombie(one)) {
                assertTrue(System.nanoTime() < until, one + " lives");
                LockSupport.parkNanos(2_000_000);
            }
        }
    }

    private static boolean isZombie(ProcessHandle one) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + one.pid() + "/stat"));
            return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
        } catch (NoSuchFileException e) {
            return false; // it has gone now, or there is no such file system
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep 600; true", // a child that it waits for
                "sleep 600 & echo $! >>$FILE; wait", // one beside it
                "(sleep 600 & echo $! >>$FILE) ; sleep 600; true", // one whose parent has gone
                "trap '' TERM INT HUP; sleep 600 & echo $! >>$FILE; wait", // one that does not listen
            })
    void whenItIsEndedSoAreAllOfItsProcesses(String line) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")) || Files.isExecutable(Path.of("/bin/setsid")));
        Path file = folder.resolve("pids");
        CompletableFuture<Runnable> end = new CompletableFuture<>();
        Command command =
                new Command(Runnable::run, "echo $$ >>" + file + "; " + line.replace("$FILE", file.toString()));
        CompletableFuture<Optional<String>> over = begin(command, end);
        ProcessHandle[] all = processes(file, line.contains("$FILE") ? 2 : 1);
        assertTrue(all.length > 0);
        assertFalse(over.isDone());
        end.get().run();
        assertEquals("cancelled", said(over));
        assertGone(all);
        command.close();
    }

    @Test
    void whatItLeavesBehindIsEndedToo() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")) || Files.isExecutable(Path.of("/bin/setsid")));
        Path file = folder.resolve("pids");
        assertEquals("well", run("sleep 600 & echo $! >" + file));
        assertGone(processes(file, 1));
    }

    @Test
    void withoutGroupsItsChildrenAreEnded() throws Exception {
        Path file = folder.resolve("pids");
        CompletableFuture<Runnable> end = new CompletableFuture<>();
        Command command = new Command(Runnable::run, "sleep 600 & echo $! >" + file + "; wait", null);
        CompletableFuture<Optional<String>> over = begin(command, end);
        ProcessHandle[] all = processes(file, 1);
        end.get().run();
        assertEquals("cancelled", said(over));
        assertGone(all);
    }

    @Test
    void whatCanNotBeRunIsNotWell() throws Exception {
        Command command = new Command(Runnable::run, "true", folder.resolve("none"));
        String said = said(begin(command, new CompletableFuture<>()));
        assertTrue(said.startsWith("can't be run: "), said);
    }
}
