package dev.weft.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Two names with a slash between: {@code KIND/NAME} of a rule, {@code SERVICE/ADDRESS:PORT} of an instance. */
record RuleName(String kind, String name) {
    static RuleName parse(CommandLine commandLine, String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new ParameterException(commandLine, "'" + text + "' has no two parts with a slash between");
        }
        return new RuleName(text.substring(0, slash), text.substring(slash + 1));
    }

    String path(String namespace) {
        return path(kind, namespace, name);
    }

    static String path(String kind, String namespace, String name) {
        return "rules/" + Rest.segment(kind) + "/" + Rest.segment(namespace) + "/" + Rest.segment(name);
    }
}
