package dev.weft.cli;

import dev.weft.protocol.local.AgentFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at what the mesh needs here and says what is missing, and what to do about it. */
@Command(
        name = "doctor",
        description = "Looks at Java, the control plane and the agents on this machine and says what is wrong.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing is wrong", "1:a problem was found", "2:wrong usage"})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--pid", description = "look at this application only; all with an agent otherwise")
    @Nullable
    Long pid;

    private boolean problem;

    @Override
    public Integer call() throws IOException {
        var directory = RuntimeDirectory.ofUser();
        print(new MachineCheck(directory).findings());
        for (long application : pid == null ? applications(directory) : List.of(pid)) {
            spec.commandLine().getOut().println();
            spec.commandLine().getOut().println("process " + application);
            print(new ApplicationCheck(directory, application).findings());
        }
        spec.commandLine().getOut().flush();
        return problem ? Main.FAILED : 0;
    }

    private static List<Long> applications(RuntimeDirectory directory) {
        try {
            return directory.agents().stream().map(AgentFile::pid).toList();
        } catch (IOException alreadyFound) {
            return List.of(); // the check of the machine has named it
        }
    }

    private void print(List<Finding> findings) {
        for (var finding : findings) {
            problem |= finding.level() == Finding.Level.PROBLEM;
            spec.commandLine().getOut().println(finding);
        }
    }
}
