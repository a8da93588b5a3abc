package dev.weft.cli;

import dev.weft.protocol.local.AgentFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the agent out of a running application, which goes on without it. */
@Command(
        name = "detach",
        description = "Takes the agent out of a running application: calls under way end as they began, new ones go as"
                + " without the agent, and nothing of it is left at work.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:detached", "1:the agent refused, or is not done", "2:wrong usage", "3:no agent answers"})
final class DetachCommand implements Callable<Integer> {
    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final long LOOK_NANOS = 50_000_000L;

    /** Which application, named in one of three ways. */
    static final class Whom {
        @Parameters(paramLabel = "PID", description = "process id of the application", arity = "1")
        @Nullable
        Long process;

        @Option(names = "--pid", description = "the same", required = true)
        @Nullable
        Long pid;

        @Option(
                names = "--admin",
                description = "address of its admin endpoint: host:port or unix:///path",
                required = true)
        @Nullable
        String admin;
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    Whom whom;

    @Override
    public Integer call() throws IOException {
        AgentFile agent;
        if (whom.admin != null) {
            agent = Target.agentAt(whom.admin);
        } else {
            Long pid = whom.process != null ? whom.process : whom.pid;
            agent = Target.agent(pid == null ? -1 : pid);
        }
        var address = agent != null ? agent.admin() : String.valueOf(whom.admin);
        var endpoint = Endpoint.parse(address);
        var reply = endpoint.post("/detach", agent == null ? "" : agent.token());
        if (reply.status() != 202) {
            spec.commandLine().getErr().println("weft detach: " + reply.body().strip());
            return Main.FAILED;
        }
        long start = System.nanoTime();
        while (endpoint.accepts() || agent != null && there(agent)) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                spec.commandLine()
                        .getErr()
                        .println("weft detach: the agent is still there after a minute; its log (" + address
                                + "/log) says why");
                return Main.FAILED;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        var who = agent == null ? address : "process " + agent.pid() + ", service " + agent.service();
        spec.commandLine().getOut().println("detached from " + who + "; it goes on as without the agent");
        return 0;
    }

    private static boolean there(AgentFile agent) throws IOException {
        return RuntimeDirectory.ofUser().agent(agent.pid()) != null;
    }
}
