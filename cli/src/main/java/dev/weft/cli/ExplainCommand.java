package dev.weft.cli;

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

/** Asks running agents and proxies where a call would go, and why, or what became of one that was made. Nothing is sent. */
@Command(
        name = "explain",
        description =
                "Asks a running application's agent, or a proxy, where a call would go, and why; or, with --trace,"
                        + " all of this user's agents what became of a recent call. Nothing is sent.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:explained",
            "1:it refused the question, or nobody knows the trace",
            "2:wrong usage",
            "3:nobody answers"
        })
final class ExplainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @ArgGroup
    @Nullable
    Target target;

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "what the application would call, e.g. http://order/orders")
    @Nullable
    String url;

    @Option(names = "--trace", paramLabel = "ID", description = "a trace id of 32 hexadecimal digits, or a traceparent")
    @Nullable
    String trace;

    @Option(names = "-X", paramLabel = "METHOD", description = "request method (${DEFAULT-VALUE})")
    String method = "GET";

    @Option(names = "-H", paramLabel = "\"NAME: VALUE\"", description = "a request header; may be repeated")
    List<String> headers = List.of();

    @Option(names = "--json", description = "print JSON instead of text")
    boolean json;

    @Override
    public Integer call() throws IOException {
        if (trace != null) {
            return trace(trace);
        }
        if (url == null || target == null) {
            throw new ParameterException(
                    spec.commandLine(), "say which application and what it would call: --pid PID URL, or --trace ID");
        }
        return foresee(url, target);
    }

    private int trace(String id) throws IOException {
        if (url != null) {
            throw new ParameterException(
                    spec.commandLine(), "either a URL that would be called, or the --trace of a call");
        }
        var asked = TraceAnswers.parse(id);
        if (asked == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + id + "' is no trace id; it has 32 hexadecimal digits, as in traceparent: 00-<trace id>-...");
        }
        var answers = TraceAnswers.ask(asked, target);
        for (var silent : answers.silent()) {
            spec.commandLine().getErr().println("weft explain: " + silent);
        }
        var out = answers.found()
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        out.println(json ? answers.json() : TraceStory.tell(answers));
        return answers.found() ? 0 : Main.FAILED;
    }

    private int foresee(String called, Target whom) throws IOException {
        var path = new StringBuilder("/explain?url=")
                .append(encode(called))
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
        var reply = whom.endpoint().get(path.toString(), json ? "application/json" : "text/plain");
        PrintWriter out = reply.status() == 200
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        out.println(reply.body().strip());
        return reply.status() == 200 ? 0 : Main.FAILED;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
