package dev.weft.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * What the launcher tells the story: where the built files are, and what the user said.
 *
 * @param stay whether the fleet stays at the end
 * @param limits whether the story fails when it took more time or memory than it may
 */
record Options(Path agent, Path weft, Path shop, Path rules, boolean stay, boolean limits) {

    static Options parse(String[] args) {
        var paths = new HashMap<String, Path>();
        boolean stay = false;
        boolean limits = true;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--stay" -> stay = true;
                case "--no-limits" -> limits = false;
                case "--agent", "--weft", "--shop", "--rules" -> {
                    if (i + 1 == args.length) {
                        throw new IllegalArgumentException(args[i] + " needs a path");
                    }
                    paths.put(args[i].substring(2), Path.of(args[++i]).toAbsolutePath());
                }
                default ->
                    throw new IllegalArgumentException(
                            "unknown option " + args[i] + "; there are only --stay and --no-limits");
            }
        }
        return new Options(
                need(paths, "agent"), need(paths, "weft"), need(paths, "shop"), need(paths, "rules"), stay, limits);
    }

    /** What comes of a comparison with a limit of time or memory. */
    boolean inTime(boolean within) {
        return within || !limits;
    }

    private static Path need(HashMap<String, Path> paths, String name) {
        var path = paths.get(name);
        if (path == null) {
            throw new IllegalArgumentException("--" + name + " is missing; start the demo with ./weft demo");
        }
        return path;
    }

    Path jar(String service) {
        return shop.resolve(service).resolve("target").resolve(service + ".jar");
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The command line of the control plane and of the other tools. */
    List<String> weft(List<String> flags, String... arguments) {
        var command = new ArrayList<String>();
        command.add(java().toString());
        command.addAll(flags);
        command.addAll(List.of("-jar", weft.toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
