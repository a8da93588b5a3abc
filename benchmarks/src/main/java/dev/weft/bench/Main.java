package dev.weft.bench;

import java.io.IOException;
import java.util.EnumSet;

/** Runs one benchmark by its name. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        String jdk = Runtime.version().feature() >= 25 ? ".jdk25" : "";
        switch (args.length == 3 ? args[0] + " " + args[1] : String.join(" ", args)) {
            case "engine" -> {
                EngineBench.run(jdk);
                RoutesBench.run(jdk);
            }
            case "overhead" -> OverheadBench.run(Home.find(), OverheadBench.CLIENT, jdk);
            case "overhead --client" -> OverheadBench.run(Home.find(), args[2], jdk);
            case "proxy" -> ProxyBench.run(Home.find(), EnumSet.allOf(ProxyBench.Part.class), jdk);
            case "proxy --only" -> ProxyBench.run(Home.find(), EnumSet.of(ProxyBench.Part.named(args[2])), jdk);
            case "memory" -> MemoryBench.run(Home.find(), OverheadBench.CLIENT, jdk);
            case "memory --client" -> MemoryBench.run(Home.find(), args[2], jdk);
            case "startup" -> StartupBench.run(Home.find(), EnumSet.allOf(StartupBench.Part.class), jdk);
            case "startup --only" -> StartupBench.run(Home.find(), EnumSet.of(StartupBench.Part.named(args[2])), jdk);
            case "xds" -> XdsBench.run(Home.find(), EnumSet.allOf(XdsBench.Part.class), jdk);
            case "xds --only" -> XdsBench.run(Home.find(), EnumSet.of(XdsBench.Part.named(args[2])), jdk);
            default -> {
                System.err.println("usage: weft bench engine | overhead [--client NAME] | memory [--client NAME]"
                        + " | proxy [--only h1 | large | log | tls | tcp | grpc | latency | memory | start | restart]"
                        + " | startup [--only premain | cpu | wall | cds]"
                        + " | xds [--only load | push | library | agent | directory | effect | gone]");
                System.err.println("clients: httpclient5 (the usual one), jdk-http, jdk-async, httpurlconnection,"
                        + " httpclient4, okhttp, okhttp-async");
                System.exit(2);
            }
        }
        System.exit(0);
    }
}
