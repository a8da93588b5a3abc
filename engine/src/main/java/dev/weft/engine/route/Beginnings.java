package dev.weft.engine.route;

import org.jspecify.annotations.Nullable;

/**
 * How the paths of a few routes begin: most routes are ruled out without being looked at.
 *
 * <p>Two characters, those that tell the routes apart best, say as sets of bits which routes are left (bit vectors as in
 * Lakshman and Stiliadis, <i>High-Speed Policy-based Packet Forwarding</i>, 1998). The first eight characters of the path,
 * packed into a number, are held against each that is left. What passes both may still not match.
 */
final class Beginnings {
    /** As many routes as a number has bits. */
    private static final int MOST = Long.SIZE;

    /** Characters that are packed. */
    private static final int LENGTH = 8;

    /** Among so many characters the two are looked for: tables often share a long beginning. */
    private static final int REACH = 32;

    /** Values of a character that are told apart; others look like one of these. */
    private static final int VALUES = 32;

    /** Below so many routes it is as quick to look at each. */
    private static final int FEW = 4;

    /** By route: the characters, and which of the eight they are. */
    private final long[] texts;

    private final long all;
    private final long certain;
    private final int first;
    private final int second;
    private final long @Nullable [] byFirst;
    private final long @Nullable [] bySecond;

    /**
     * @param literals how each path begins at least; empty for one that may begin with anything
     * @param certain a bit for each route that matches whatever begins so
     */
    Beginnings(String[] literals, long certain) {
        this.certain = certain;
        texts = new long[2 * literals.length];
        for (int i = 0; i < literals.length; i++) {
            int known = Math.min(literals[i].length(), LENGTH);
            texts[2 * i] = pack(literals[i]);
            texts[2 * i + 1] = known == LENGTH ? -1L : (1L << 8 * known) - 1;
        }
        all = literals.length == 0 ? 0 : -1L >>> MOST - literals.length;
        boolean few = literals.length < FEW;
        first = few ? 0 : best(literals, REACH);
        byFirst = few ? null : left(literals, first);
        second = few ? 0 : best(literals, first);
        bySecond = byFirst == null ? null : left(literals, second);
    }

    /** Whether no text that begins otherwise is {@link #pack}ed as one that begins with this one. */
    static boolean tells(String text) {
        return text.length() <= LENGTH && text.chars().allMatch(c -> c > 0 && c <= 0xFF);
    }

    /** The first eight characters, one in each byte; 0 for one that has no place there. Equal text gives equal values. */
    static long pack(String text) {
        long packed = 0;
        for (int i = Math.min(text.length(), LENGTH) - 1; i >= 0; i--) {
            char c = text.charAt(i);
            packed = packed << 8 | (c > 0xFF ? 0 : c);
        }
        return packed;
    }

    /** Which routes a path may be for, a bit for each. */
    long left(String target) {
        return byFirst == null || bySecond == null
                ? all
                : byFirst[value(target, first)] & bySecond[value(target, second)];
    }

    /** Whether a path may be for this route. */
    boolean mayBe(int route, long packed) {
        return ((packed ^ texts[2 * route]) & texts[2 * route + 1]) == 0;
    }

    /** Whether a path that may be for this route is. */
    boolean certain(int route) {
        return (certain & 1L << route) != 0;
    }

    private static int value(String text, int at) {
        return at < text.length() ? text.charAt(at) & VALUES - 1 : 0;
    }

    /** Which routes each value of one character leaves. */
    private static long[] left(String[] literals, int at) {
        long[] left = new long[VALUES];
        for (int value = 0; value < VALUES; value++) {
            for (int i = 0; i < literals.length; i++) {
                boolean any = at >= literals[i].length();
                left[value] |= any || value(literals[i], at) == value ? 1L << i : 0;
            }
        }
        return left;
    }

    /**
     * The character that, with another one, divides the routes best: over all values of both, the fewest pairs of routes
     * are left together.
     *
     * @param other one behind all texts for none
     */
    private static int best(String[] literals, int other) {
        int best = 0;
        long fewest = Long.MAX_VALUE;
        for (int at = 0; at < REACH; at++) {
            long pairs = 0;
            for (String one : literals) {
                for (String two : literals) {
                    pairs += (long) values(one, two, at) * values(one, two, other);
                }
            }
            if (pairs < fewest) {
                best = at;
                fewest = pairs;
            }
        }
        return best;
    }

    /** How many values of a character leave both. */
    private static int values(String one, String two, int at) {
        boolean any = at >= one.length();
        if (at >= two.length()) {
            return any ? VALUES : 1;
        }
        return any || value(one, at) == value(two, at) ? 1 : 0;
    }
}
