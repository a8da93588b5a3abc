package dev.weft.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The commands behind the launcher. */
@Command(
        name = "weft",
        description = "A service mesh inside the JVM.",
        subcommands = {
            ControlPlaneCommand.class,
            ExplainCommand.class,
            AttachCommand.class,
            DetachCommand.class,
            DoctorCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            ApplyCommand.class,
            DeleteCommand.class,
            RegisterCommand.class,
            DrainCommand.class,
            PauseCommand.class,
            RollbackCommand.class,
            StatusCommand.class,
            AnalyzeCommand.class,
            ReplayCommand.class,
            InterceptCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
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
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((e, failed, parsed) -> {
            failed.getErr().println("weft " + failed.getCommandName() + ": " + explain(e));
            return e instanceof Unreachable ? UNREACHABLE : FAILED;
        });
        return commandLine;
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"weft " + (version == null ? "(not packaged)" : version)};
        }
    }

    private static String explain(Exception e) {
        var message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
