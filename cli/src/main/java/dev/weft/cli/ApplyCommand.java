package dev.weft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.control.Options;
import dev.weft.control.RuleFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts the rules of files into force. */
@Command(
        name = "apply",
        description = "Puts rules into force. Nothing is sent when anything in the files is wrong.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:in force",
            "1:refused, and why; what was said before that is in force",
            "2:wrong usage",
            "3:nobody answers there"
        })
final class ApplyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RestTarget target = new RestTarget();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE|DIR",
            description = "rules (YAML); may be repeated")
    List<Path> files = List.of();

    @Option(names = "--dry-run", description = "only say what would change")
    boolean isTrial;

    private final Map<String, RuleFiles.Document> sent = new HashMap<>();

    @Override
    public Integer call() throws IOException {
        var rules = RuleFiles.read(files, Options.DEFAULT_DOMAIN);
        var err = spec.commandLine().getErr();
        var errors =
                rules.problems().stream().filter(RuleFiles.Problem::isError).toList();
        if (!errors.isEmpty()) {
            errors.forEach(err::println);
            err.println("nothing has changed");
            return Main.FAILED;
        }
        rules.skipped().forEach(err::println);
        var rest = target.rest();
        rules.documents().forEach(document -> sent.put(apiName(document), document));
        for (var document : rules.documents()) {
            if (!put(rest, document)) {
                return Main.FAILED;
            }
        }
        spec.commandLine().getOut().flush();
        return 0;
    }

    private boolean put(Rest rest, RuleFiles.Document document) throws IOException {
        var path = RuleName.path(document.kind(), document.namespace(), document.name());
        try {
            report(
                    document,
                    rest.change("PUT", path + (isTrial ? "?dryRun=true" : ""), "application/yaml", document.text()));
            return true;
        } catch (Rest.RefusedException refused) {
            var err = spec.commandLine().getErr();
            err.println(name(document) + ": " + refused.getMessage());
            refused.problem().path("errors").forEach(error -> err.println(place(error)));
            return false;
        }
    }

    private void report(RuleFiles.Document document, JsonNode change) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(name(document) + ": " + (isTrial ? "would be " : "")
                + change.path("action").asText());
        Changes.print(change, out);
        for (var warning : change.path("warnings")) {
            out.println("  warning: " + place(warning));
        }
    }

    private static String name(RuleFiles.Document document) {
        return document.kind() + " " + document.namespace() + "/" + document.name();
    }

    private static String apiName(RuleFiles.Document document) {
        return "api:" + document.kind() + "/" + document.namespace() + "/" + document.name();
    }

    /** The control plane saw one document at a time; its author sees files. */
    private String place(JsonNode finding) {
        var file = finding.path("file").asText();
        int line = finding.path("line").asInt();
        var document = sent.get(file);
        return (document == null ? file + ":" + line : document.file() + ":" + (line + document.line() - 1)) + ":"
                + finding.path("column").asText() + ": "
                + finding.path("field").asText() + ": " + finding.path("reason").asText();
    }
}
