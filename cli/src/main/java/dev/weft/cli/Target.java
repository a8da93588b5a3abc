package dev.weft.cli;

import dev.weft.protocol.local.AgentFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which application's agent is asked, as its user names it. */
final class Target {
    @Option(names = "--pid", description = "process id of the application", required = true)
    @Nullable
    Long pid;

    @Option(
            names = "--admin",
            description = "address of its admin endpoint: host:port or unix:///path",
            required = true)
    @Nullable
    String admin;

    /** Where the agent answers. */
    Endpoint endpoint() throws IOException {
        if (admin != null) {
            return Endpoint.parse(admin);
        }
        long process = pid == null ? -1 : pid;
        return Endpoint.parse(agent(process).admin());
    }

    /** The word that the agent in a process has left. */
    static AgentFile agent(long pid) throws IOException {
        var directory = RuntimeDirectory.ofUser();
        var agent = directory.agent(pid);
        if (agent == null) {
            throw new Unreachable("process " + pid + " has left no word of an agent in " + directory.path()
                    + "; 'weft doctor --pid " + pid + "' says why");
        }
        return agent;
    }

    /** The word of the agent that answers at an address; null when it left none here. */
    static @Nullable AgentFile agentAt(String admin) throws IOException {
        for (var agent : RuntimeDirectory.ofUser().agents()) {
            if (Endpoint.parse(agent.admin())
                    .shown()
                    .equals(Endpoint.parse(admin).shown())) {
                return agent;
            }
        }
        return null;
    }
}
