package dev.weft.cli;

import dev.weft.proxy.intercept.Interceptor;
import dev.weft.proxy.intercept.Shell;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The rules of the kernel that lead traffic through the proxy. */
@Command(
        name = "intercept",
        description = "Leads the traffic of services without an agent through the proxy, by rules of the kernel in"
                + " chains of their own. Takes root or CAP_NET_ADMIN.",
        mixinStandardHelpOptions = true,
        subcommands = {InterceptInstallCommand.class})
final class InterceptCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    private final Interceptor interceptor;

    InterceptCommand() {
        this(new Interceptor(Shell.ofTheHost()));
    }

    InterceptCommand(Interceptor interceptor) {
        this.interceptor = interceptor;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: install, remove or show");
    }

    @Command(name = "remove", description = "Takes all of these rules away.", mixinStandardHelpOptions = true)
    int remove() throws IOException {
        interceptor.usable(); // without the rights for it, nothing would look like none
        boolean wasThere = !interceptor.show().isEmpty();
        interceptor.remove();
        say(wasThere ? "removed" : "there was nothing to remove");
        return 0;
    }

    @Command(
            name = "show",
            description = "Shows which of these rules are there.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:there are some", "1:there are none"})
    int show() throws IOException {
        interceptor.usable(); // without the rights for it, nothing would look like none
        var lines = interceptor.show();
        lines.forEach(this::say);
        if (lines.isEmpty()) {
            say("no rules");
        }
        return lines.isEmpty() ? Main.FAILED : 0;
    }

    private void say(String line) {
        var out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
