package dev.weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes new calls of an application that already runs calls of the mesh. */
@Command(
        name = "attach",
        description = "Puts the agent into a running application of this user: its new calls become calls of the mesh.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:attached", "1:it can't be attached to, and why", "2:wrong usage"})
final class AttachCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "PID", description = "process id of the application")
    long pid;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "a setting of the agent, e.g. service=orders; may be repeated")
    List<String> settings = List.of();

    @Option(
            names = "--agent",
            paramLabel = "JAR",
            description = "the agent; the launcher knows its own",
            required = true)
    @SuppressWarnings("NullAway.Init")
    Path agent;

    @Override
    public Integer call() throws IOException {
        for (var setting : settings) {
            if (setting.indexOf('=') < 1 || setting.indexOf(',') >= 0) {
                throw new ParameterException(
                        spec.commandLine(), "--set '" + setting + "' is not KEY=VALUE, or has a comma in it");
            }
        }
        if (!Files.isReadable(agent)) {
            throw new ParameterException(spec.commandLine(), "there is no agent " + agent + "; 'weft build' makes it");
        }
        var host = new Host(new Jvm(pid));
        var why = host.refusal();
        if (why != null) {
            throw new IOException(why);
        }
        load();
        var admin = host.awaitAgent();
        new AttachReport(spec.commandLine().getOut()).print(host.jvm(), admin);
        return 0;
    }

    private void load() throws IOException {
        try {
            ByteBuddyAgent.attach(agent.toAbsolutePath().toFile(), Long.toString(pid), arguments());
        } catch (RuntimeException failed) {
            throw new IOException(Host.explain(pid, failed), failed);
        }
    }

    private @Nullable String arguments() {
        return settings.isEmpty() ? null : String.join(",", settings);
    }
}
