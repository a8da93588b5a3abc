package dev.weft.engine.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * Matches a text against a small regular expression, all alternatives at once.
 *
 * <p>The automaton's states are the positions of the expression's characters (Glushkov, "The
 * abstract theory of automata", 1961), at most 64, so that a set of them is one long. For each
 * character of the text the set of those that may follow is cut down to those that stand for that
 * character. It is built while the expression is read; of each part it needs to know whether the
 * part may be empty, and which positions begin and end it.
 *
 * <p>Expressions beyond it (more positions, other characters than ASCII, anchors within, flags,
 * names of classes) are left to the library, as is a text in which another character comes before
 * the verdict.
 */
final class PositionAutomaton {
    static final int NO = 0;
    static final int YES = 1;
    static final int UNKNOWN = 2;

    private static final int ASCII = 128;
    private static final int MOST = 64;
    private static final int MOST_STEPS = 2_000;

    private final long[] follow = new long[MOST];
    /** By character, the positions that stand for it. */
    private final long[] standing = new long[ASCII];

    private final long first;
    private final long last;
    private final boolean nullable;
    private int positions;
    private int steps;

    private PositionAutomaton(String regex) {
        Reach reach = build(RegexPart.parse(regex));
        this.first = reach.first;
        this.last = reach.last;
        this.nullable = reach.nullable;
    }

    /** Null for an expression that is beyond it. */
    static @Nullable PositionAutomaton of(String regex) {
        try {
            return new PositionAutomaton(regex);
        } catch (Beyond beyond) {
            return null;
        }
    }

    int matches(String text, int from, int to) {
        if (from == to) {
            return nullable ? YES : NO;
        }
        long may = first;
        long active = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= ASCII) {
                return UNKNOWN;
            }
            active = may & standing[c];
            if (active == 0) {
                return NO;
            }
            may = 0;
            for (long left = active; left != 0; left &= left - 1) {
                may |= follow[Long.numberOfTrailingZeros(left)];
            }
        }
        return (active & last) != 0 ? YES : NO;
    }

    /** What a part begins with and ends with. */
    private record Reach(boolean nullable, long first, long last) {
        private static final Reach NOTHING = new Reach(true, 0, 0);
    }

    private Reach build(RegexPart part) {
        if (++steps > MOST_STEPS) {
            throw new Beyond(); // empty parts take no position, however often they are repeated
        }
        if (part instanceof RegexPart.One one) {
            return position(one);
        }
        if (part instanceof RegexPart.Sequence sequence) {
            Reach all = Reach.NOTHING;
            for (RegexPart next : sequence.parts()) {
                all = then(all, build(next));
            }
            return all;
        }
        if (part instanceof RegexPart.Either either) {
            boolean nullable = false;
            long first = 0;
            long last = 0;
            for (RegexPart branch : either.branches()) {
                Reach reach = build(branch);
                nullable |= reach.nullable;
                first |= reach.first;
                last |= reach.last;
            }
            return new Reach(nullable, first, last);
        }
        return repeated((RegexPart.Repeat) part);
    }

    private Reach position(RegexPart.One one) {
        if (positions == MOST) {
            throw new Beyond();
        }
        long bit = 1L << positions++;
        for (int c = 0; c < ASCII; c++) {
            if (one.has(c)) {
                standing[c] |= bit;
            }
        }
        return new Reach(false, bit, bit);
    }

    private Reach repeated(RegexPart.Repeat repeat) {
        Reach all = Reach.NOTHING;
        Reach once = Reach.NOTHING;
        for (int i = 0; i < repeat.min(); i++) {
            once = build(repeat.part());
            all = then(all, once);
        }
        if (repeat.max() == RegexPart.Repeat.UNLIMITED) {
            if (repeat.min() == 0) {
                once = build(repeat.part());
                all = new Reach(true, once.first, once.last);
            }
            link(once.last, once.first);
            return all;
        }
        for (int i = repeat.min(); i < repeat.max(); i++) {
            Reach more = build(repeat.part());
            all = then(all, new Reach(true, more.first, more.last));
        }
        return all;
    }

    private Reach then(Reach one, Reach next) {
        link(one.last, next.first);
        return new Reach(
                one.nullable && next.nullable,
                one.nullable ? one.first | next.first : one.first,
                next.nullable ? one.last | next.last : next.last);
    }

    private void link(long from, long to) {
        for (long left = from; left != 0; left &= left - 1) {
            follow[Long.numberOfTrailingZeros(left)] |= to;
        }
    }

    /** The expression is more than this automaton can hold. */
    static final class Beyond extends RuntimeException {
        private static final long serialVersionUID = 1;

        Beyond() {
            super(null, null, false, false);
        }
    }
}
