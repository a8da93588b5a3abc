package dev.weft.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** What the story needs of the machine: free ports and the memory that processes use. */
final class Machine {
    private static final Path PROC = Path.of("/proc");

    private final Set<Integer> given = new HashSet<>();

    /** A free port below the range from which the system takes the ports of outgoing connections. */
    int freePort() throws IOException {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (given.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IOException("found no free port between 20000 and 30000");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Resident memory of a process in bytes, or 0 when it is gone. */
    static long resident(long pid) {
        try {
            return Files.isDirectory(PROC.resolve("self")) ? fromProc(pid) : fromPs(pid);
        } catch (IOException gone) {
            return 0; // it ended between being listed and being read
        }
    }

    private static long fromProc(long pid) throws IOException {
        for (var line : Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }

    private static long fromPs(long pid) throws IOException {
        var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        try (var out = ps.inputReader()) {
            var line = out.readLine();
            return line == null ? 0 : Long.parseLong(line.strip()) * 1024;
        }
    }
}
