package dev.weft.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The command line, run as its user runs it. */
record Weft(int exit, String said, String complained) {
    static Weft run(Fleet fleet, String... command) throws IOException, InterruptedException {
        Running running = fleet.own(new Jvm(fleet.folder)
                .option("-Dsun.tools.attach.attachTimeout=120000") // by the JVM that it attaches to, which may be busy
                .jar(command[0], Jvm.WEFT, command));
        int exit = running.process.waitFor();
        running.end();
        return new Weft(exit, running.said(), running.errors());
    }

    static Weft attach(Fleet fleet, long pid, String... settings) throws IOException, InterruptedException {
        Stream<String> first = Stream.of("attach", "--agent", Jvm.AGENT.toString(), String.valueOf(pid));
        Stream<String> sets = Arrays.stream(settings).flatMap(setting -> Stream.of("--set", setting));
        return run(fleet, Stream.concat(first, sets).toArray(String[]::new));
    }

    /** What it says stays outside the mesh, a line each. */
    List<String> outside() {
        String margin = " ".repeat(14);
        List<String> lines = new ArrayList<>();
        boolean in = false;
        for (String line : said.lines().toList()) {
            in = line.startsWith("  outside ") || in && line.startsWith(margin);
            if (in) {
                lines.add(line.substring(margin.length()));
            }
        }
        return lines;
    }

    static Weft detach(Fleet fleet, long pid) throws IOException, InterruptedException {
        return run(fleet, "detach", String.valueOf(pid));
    }
}
