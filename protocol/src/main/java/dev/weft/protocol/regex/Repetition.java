package dev.weft.protocol.regex;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often the innermost part of a regular expression is repeated, nested counts multiplied.
 *
 * <p>RE2 writes counted repetitions out, so {@code (a{999}){999}} is a program of a million steps.
 * Each count is bounded by the library, their product is not: a text of twenty characters could take
 * the memory of every process that compiles it.
 */
public final class Repetition {
    /** As RE2 itself (in C++ and Go) limits it. */
    public static final int MOST = 1000;

    /** Steps of the program that an expression becomes: its memory, and the time for each character. */
    public static final int MOST_STEPS = 5_000;

    /** Characters times repetitions: more than the steps can be, and known before they take memory. */
    public static final long MOST_WRITTEN = 300_000;

    private Repetition() {}

    /** The largest product of nested counts, cut off somewhat above {@link #MOST}. */
    public static int of(String regex) {
        Deque<Integer> outer = new ArrayDeque<>();
        int here = 1;
        int last = 1;
        for (int i = 0; i < regex.length(); i++) {
            switch (regex.charAt(i)) {
                case '\\' -> {
                    i++;
                    last = 1;
                }
                case '[' -> {
                    i = endOfClass(regex, i);
                    last = 1;
                }
                case '(' -> {
                    outer.push(here);
                    here = 1;
                    last = 1;
                }
                case ')' -> {
                    last = here;
                    here = outer.isEmpty() ? here : Math.max(outer.pop(), here);
                }
                case '{' -> {
                    last = Math.min(last * count(regex, i), MOST * 10);
                    here = Math.max(here, last);
                }
                default -> last = 1;
            }
        }
        while (!outer.isEmpty()) {
            here = Math.max(outer.pop(), here);
        }
        return here;
    }

    /** The larger number of {@code {n}}, {@code {n,}} or {@code {n,m}}; 1 where it is plain text. */
    private static int count(String regex, int open) {
        int close = regex.indexOf('}', open);
        if (close < 0 || close - open > 10) {
            return 1;
        }
        int most = 1;
        for (String number : regex.substring(open + 1, close).split(",", 2)) {
            if (!number.isEmpty()) {
                if (!number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    return 1;
                }
                most = Math.max(most, Integer.parseInt(number));
            }
        }
        return Math.min(most, MOST * 10);
    }

    private static int endOfClass(String regex, int open) {
        int i = open + 1;
        // A bracket that stands first belongs to the class.
        i += i < regex.length() && regex.charAt(i) == '^' ? 1 : 0;
        i += i < regex.length() && regex.charAt(i) == ']' ? 1 : 0;
        while (i < regex.length() && regex.charAt(i) != ']') {
            i += regex.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }
}
