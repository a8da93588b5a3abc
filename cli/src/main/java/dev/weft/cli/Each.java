package dev.weft.cli;

import java.io.IOException;
import picocli.CommandLine;

/** Several changes: one that is refused keeps nobody from the others, and fails the command at its end. */
final class Each {
    private final CommandLine command;
    private int exit;

    Each(CommandLine command) {
        this.command = command;
    }

    /** One change; its answer is what came of it. */
    interface Change {
        String make() throws IOException;
    }

    /**
     * Makes it and says so, or why not.
     *
     * @throws IOException when nobody answers: the others would fare no better
     */
    void of(String what, Change change) throws IOException {
        try {
            command.getOut().println(what + ": " + change.make());
        } catch (Rest.RefusedException e) {
            command.getErr().println(what + ": " + e.getMessage());
            exit = Main.FAILED;
        }
    }

    /** The exit code of the command. */
    int end() {
        command.getOut().flush();
        command.getErr().flush();
        return exit;
    }
}
