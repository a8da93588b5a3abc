package dev.weft.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands behind the launcher. */
@Command(
        name = "weft",
        description = "A service mesh inside the JVM.",
        subcommands = {ControlPlaneCommand.class, ExplainCommand.class, DoctorCommand.class},
        mixinStandardHelpOptions = true,
        version = "weft 0.1.0",
        footer = {"", "The launcher adds: demo [--stay], bench NAME."})
public final class Main {
    /** What went wrong is known and was said: the answer is a refusal or a finding. */
    static final int FAILED = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    /** Nobody answers where an agent or a control plane should be. */
    static final int UNREACHABLE = 3;

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        var commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((e, failed, parsed) -> {
            failed.getErr().println("weft " + failed.getCommandName() + ": " + explain(e));
            return e instanceof Unreachable ? UNREACHABLE : FAILED;
        });
        return commandLine;
    }

    private static String explain(Exception e) {
        var message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
