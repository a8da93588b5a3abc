package dev.weft.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts earlier rules back into force, or lets the present ones count again. */
@Command(
        name = "rollback",
        description = "Puts an earlier version of all rules back into force, at once and also over a restart, until"
                + " --release. Neither the files nor the rules of the API are changed by it.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:in force",
            "1:there is no such version, or it can't be done, and why",
            "2:wrong usage",
            "3:nobody answers there"
        })
final class RollbackCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RestTarget target = new RestTarget();

    @Parameters(
            arity = "0..1",
            paramLabel = "NUMBER",
            description = "as get rules --history shows it; default: the version before that which is in force")
    @Nullable
    Long number;

    @Option(names = "--release", description = "the rules count again as they stand in the files and the API")
    boolean isReleased;

    @Option(names = "--dry-run", description = "only say what would change")
    boolean isTrial;

    @Override
    public Integer call() throws IOException {
        if (isReleased && number != null) {
            throw new ParameterException(spec.commandLine(), "--release takes no number");
        }
        var query = (number == null ? "" : "&to=" + number) + (isTrial ? "&dryRun=true" : "");
        var change = target.rest()
                .change(
                        isReleased ? "DELETE" : "POST",
                        "rules/rollback" + (query.isEmpty() ? "" : "?" + query.substring(1)),
                        "",
                        "");
        var out = spec.commandLine().getOut();
        out.println((isTrial ? "would be " : "") + (isReleased ? "released" : "in force, until --release"));
        Changes.print(change, out);
        out.flush();
        return 0;
    }
}
