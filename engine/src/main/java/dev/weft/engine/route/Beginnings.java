package dev.weft.engine.route;

import org.jspecify.annotations.Nullable;

/**
 * How the paths of a few routes begin: most routes are ruled out without being looked at.
 *
 * <p>The first eight characters of a path are packed into a number. Two of them, those that tell the routes apart best,
 * say as sets of bits which routes are left (bit vectors as in Lakshman and Stiliadis, <i>High-Speed Policy-based Packet
 * Forwarding</i>, 1998); each that is left is held against the whole number. What passes both may still not match.
 */
final class Beginnings {
    /** As many routes as a number has bits. */
    static final int MOST = Long.SIZE;

    private static final int LENGTH = 8;

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
        first = literals.length < FEW ? 0 : 8 * best(new long[] {all});
        byFirst = literals.length < FEW ? null : left(first);
        second = byFirst == null ? 0 : 8 * best(byFirst);
        bySecond = byFirst == null ? null : left(second);
    }

    /** Whether what {@link #pack} makes of a text is made of no other that it does not begin. */
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
    long left(long packed) {
        return byFirst == null || bySecond == null
                ? all
                : byFirst[value(packed, first)] & bySecond[value(packed, second)];
    }

    /** Whether a path may be for this route. */
    boolean mayBe(int route, long packed) {
        return ((packed ^ texts[2 * route]) & texts[2 * route + 1]) == 0;
    }

    /** Whether a path that may be for this route is. */
    boolean certain(int route) {
        return (certain & 1L << route) != 0;
    }

    private static int value(long packed, int shift) {
        return (int) (packed >>> shift) & VALUES - 1;
    }

    /** Which routes each value of one character leaves. */
    private long[] left(int shift) {
        long[] left = new long[VALUES];
        for (int value = 0; value < VALUES; value++) {
            for (int i = 0; 2 * i < texts.length; i++) {
                boolean any = (texts[2 * i + 1] >>> shift & 0xFF) == 0;
                left[value] |= any || value(texts[2 * i], shift) == value ? 1L << i : 0;
            }
        }
        return left;
    }

    /** The character that divides these sets of routes best: paths that are like the routes' are left with the fewest. */
    private int best(long[] sets) {
        int best = 0;
        long fewest = Long.MAX_VALUE;
        for (int at = 0; at < LENGTH; at++) {
            long sum = 0;
            for (long one : left(8 * at)) {
                for (long other : sets) {
                    long both = Long.bitCount(one & other);
                    sum += both * both;
                }
            }
            if (sum < fewest) {
                best = at;
                fewest = sum;
            }
        }
        return best;
    }
}
