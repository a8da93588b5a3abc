package dev.weft.bench;

import java.io.IOException;

/** Runs one benchmark by its name. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        String name = args.length == 0 ? "" : args[0];
        boolean chosen = args.length == 3 && name.equals("overhead") && args[1].equals("--client");
        if (args.length > 1 && !chosen) {
            name = "";
        }
        String jdk = Runtime.version().feature() >= 25 ? ".jdk25" : "";
        switch (name) {
            case "engine" -> {
                EngineBench.run(jdk);
                RoutesBench.run(jdk);
            }
            case "overhead" -> OverheadBench.run(Home.find(), chosen ? args[2] : OverheadBench.CLIENT, jdk);
            case "memory" -> MemoryBench.run(Home.find(), jdk);
            case "startup" -> StartupBench.run(Home.find(), jdk);
            default -> {
                System.err.println("usage: weft bench engine | overhead [--client NAME] | memory | startup");
                System.exit(2);
            }
        }
        System.exit(0);
    }
}
