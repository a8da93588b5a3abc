package dev.weft.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A network namespace that a test makes, and that goes with it: a host for it alone. */
record Namespace(String name) implements AutoCloseable {
    private static final int NOBODY = 65_534;

    /** What a program printed, and how it ended. */
    record Ran(int exit, String said) {}

    /** Skips the test, and says why on the console, where none can be made, or something else is not there. */
    static void need(String... more) throws IOException, InterruptedException {
        List<String> programs = new ArrayList<>(List.of("ip", "unshare", "setpriv", "curl", "nft"));
        programs.addAll(List.of(more));
        Programs.need(programs.toArray(String[]::new));
        Ran tried = ran(List.of("unshare", "--net", "true"));
        if (tried.exit != 0) {
            Programs.skip("network namespaces can't be made here (it takes root): " + tried.said);
        }
    }

    static Namespace make(String part) throws IOException, InterruptedException {
        Namespace made = new Namespace("weft-it-" + ProcessHandle.current().pid() + "-" + part);
        well(List.of("ip", "netns", "add", made.name));
        made.ip("link set lo up");
        return made;
    }

    /** Two hosts on one wire: 10.77.0.1 and fd77::1 here, 10.77.0.2 and fd77::2 there, and all else behind them. */
    void wire(Namespace there) throws IOException, InterruptedException {
        ip("link add wire type veth peer name wire netns " + there.name);
        address(1, 2);
        there.address(2, 1);
    }

    private void address(int own, int other) throws IOException, InterruptedException {
        ip("addr add 10.77.0." + own + "/24 dev wire");
        ip("addr add fd77::" + own + "/64 dev wire nodad");
        ip("link set wire up");
        ip("route add default via 10.77.0." + other);
        ip("-6 route add default via fd77::" + other);
    }

    private void ip(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments.split(" ")));
        well(command);
    }

    /** What stands before a command that is to run here. */
    List<String> inside() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Lets nothing pass to a port of the other host, and tells nobody. */
    void cut(int port) throws IOException, InterruptedException {
        for (String rule : List.of(
                "add table inet cut",
                "add chain inet cut out { type filter hook output priority 0; }",
                "add rule inet cut out tcp dport " + port + " drop")) {
            List<String> command = new ArrayList<>(inside());
            command.add("nft");
            command.addAll(List.of(rule.split(" ")));
            well(command);
        }
    }

    /** Undoes {@link #cut}. */
    void mend() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(inside());
        command.addAll(List.of("nft", "delete", "table", "inet", "cut"));
        well(command);
    }

    /** The same for one that runs as a user whose traffic is nobody's exception. */
    List<String> insideAsNobody() {
        List<String> command = new ArrayList<>(inside());
        command.addAll(List.of("setpriv", "--reuid", "" + NOBODY, "--clear-groups"));
        return command;
    }

    /** As that user. */
    Ran curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = insideAsNobody();
        command.addAll(List.of("curl", "-sS", "--noproxy", "*", "--max-time", "60"));
        command.addAll(List.of(arguments));
        return ran(command);
    }

    /** Whether a command ends with 0, on this host. */
    static boolean succeeds(Stream<String> command) throws IOException, InterruptedException {
        return ran(command.toList()).exit == 0;
    }

    /** Lets it ask this server for names ({@code ip-netns(8)}); before anything runs here. */
    void ask(String server) throws IOException {
        Files.writeString(Files.createDirectories(files()).resolve("resolv.conf"), "nameserver " + server + "\n");
    }

    private Path files() {
        return Path.of("/etc/netns", name);
    }

    private static void well(List<String> command) throws IOException, InterruptedException {
        Ran ran = ran(command);
        if (ran.exit != 0) {
            throw new AssertionError(command + ": " + ran.said);
        }
    }

    private static Ran ran(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end");
        }
        return new Ran(process.exitValue(), said.strip());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        well(List.of("ip", "netns", "del", name));
        Files.deleteIfExists(files().resolve("resolv.conf"));
        Files.deleteIfExists(files());
    }
}
