package dev.weft.control.rule;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The host of a rule that may stand for several: a full name, {@code *.SUFFIX}, or {@code *} for all. */
public final class HostPattern {
    private static final String ANY = "*";

    private HostPattern() {}

    /** Whether it stands for several. */
    public static boolean isOfSeveral(String host) {
        return host.startsWith(ANY);
    }

    /** Whether a host is one of those; a pattern is one of its own. */
    public static boolean takes(String pattern, String host) {
        return pattern.equals(ANY)
                || pattern.equals(host)
                || (isOfSeveral(pattern) && host.endsWith(pattern.substring(1)));
    }

    /** The rules for several hosts that are for this one: those that say most of its name first, else in their order. */
    public static <R> List<R> of(String host, List<R> rules, Function<R, String> pattern) {
        return rules.stream()
                .filter(rule -> isOfSeveral(pattern.apply(rule)) && takes(pattern.apply(rule), host))
                .sorted(Comparator.comparingInt((R rule) -> -pattern.apply(rule).length()))
                .toList();
    }

    /** Whether it is one that stands for several. */
    static boolean isRight(String host) {
        return host.equals(ANY) || (host.startsWith("*.") && HostNames.wrong(host.substring(2)) == null);
    }
}
