package dev.weft.cli;

import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running agent where a call would go, and why. Nothing is sent. */
@Command(
        name = "explain",
        description = "Asks a running application's agent where a call would go, and why. Nothing is sent.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:explained", "1:the agent refused the question", "2:wrong usage", "3:no agent answers"})
final class ExplainCommand implements Callable<Integer> {
    /** Which application is asked. */
    static final class Target {
        @Option(names = "--pid", description = "process id of the application", required = true)
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
    Target target;

    @Parameters(paramLabel = "URL", description = "what the application would call, e.g. http://order/orders")
    @SuppressWarnings("NullAway.Init")
    String url;

    @Option(names = "-X", paramLabel = "METHOD", description = "request method (${DEFAULT-VALUE})")
    String method = "GET";

    @Option(names = "-H", paramLabel = "\"NAME: VALUE\"", description = "a request header; may be repeated")
    List<String> headers = List.of();

    @Option(names = "--json", description = "print JSON instead of text")
    boolean json;

    @Override
    public Integer call() throws IOException {
        var path = new StringBuilder("/explain?url=")
                .append(encode(url))
                .append("&method=")
                .append(encode(method));
        for (var header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new ParameterException(
                        spec.commandLine(), "-H '" + header + "' has no name; write -H \"name: value\"");
            }
            var value = header.substring(colon + 1).strip();
            path.append("&header=").append(encode(header.substring(0, colon).strip() + ":" + value));
        }
        var reply = admin().get(path.toString(), json ? "application/json" : "text/plain");
        PrintWriter out = reply.status() == 200
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        out.println(reply.body().strip());
        return reply.status() == 200 ? 0 : Main.FAILED;
    }

    private Endpoint admin() throws IOException {
        if (target.admin != null) {
            return Endpoint.parse(target.admin);
        }
        long pid = target.pid == null ? -1 : target.pid;
        var directory = RuntimeDirectory.ofUser();
        var agent = directory.agent(pid);
        if (agent == null) {
            throw new Unreachable("process " + pid + " has left no word of an agent in " + directory.path()
                    + "; 'weft doctor --pid " + pid + "' says why");
        }
        return Endpoint.parse(agent.admin());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
