package dev.weft.engine.snapshot;

import dev.weft.engine.snapshot.PositionAutomaton.Beyond;
import java.util.ArrayList;
import java.util.List;

/** A regular expression taken apart. Only what compiles is given here, in the syntax of RE2. */
sealed interface RegexPart {
    /** One character of a set of ASCII, of which {@code low} holds the first 64. */
    record One(long low, long high) implements RegexPart {
        boolean has(int c) {
            return ((c < 64 ? low : high) >>> c & 1) != 0;
        }

        One or(One other) {
            return new One(low | other.low, high | other.high);
        }

        One not() {
            return new One(~low, ~high);
        }

        /** The character, if it is one. */
        int only() {
            if (Long.bitCount(low) + Long.bitCount(high) != 1) {
                throw new Beyond();
            }
            return low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
        }

        static One range(int from, int to) {
            long low = 0;
            long high = 0;
            for (int c = from; c <= to; c++) {
                low |= c < 64 ? 1L << c : 0;
                high |= c < 64 ? 0 : 1L << c;
            }
            return new One(low, high);
        }
    }

    record Sequence(List<RegexPart> parts) implements RegexPart {}

    record Either(List<RegexPart> branches) implements RegexPart {}

    record Repeat(RegexPart part, int min, int max) implements RegexPart {
        static final int UNLIMITED = -1;
    }

    /** Throws {@link Beyond} for what has other parts than these. */
    static RegexPart parse(String regex) {
        return new Parser(regex).whole();
    }

    /** Reads from left to right; a group is a call of itself. */
    final class Parser {
        private static final One ANY = One.range('\n', '\n').not();
        private static final One DIGIT = One.range('0', '9');
        private static final One WORD =
                DIGIT.or(One.range('a', 'z')).or(One.range('A', 'Z')).or(One.range('_', '_'));
        private static final One SPACE =
                One.range('\t', '\n').or(One.range('\f', '\r')).or(One.range(' ', ' '));
        private static final int DEEPEST = 50;

        private final String regex;
        private int at;
        private int depth;

        Parser(String regex) {
            this.regex = regex;
        }

        RegexPart whole() {
            at = regex.startsWith("^") ? 1 : 0;
            RegexPart all = either();
            if (at != regex.length()) {
                throw new Beyond();
            }
            return all;
        }

        private int peek() {
            return at < regex.length() ? regex.charAt(at) : -1;
        }

        private int take() {
            if (at == regex.length() || regex.charAt(at) > '~') {
                throw new Beyond();
            }
            return regex.charAt(at++);
        }

        private RegexPart either() {
            List<RegexPart> branches = new ArrayList<>();
            branches.add(sequence());
            while (peek() == '|') {
                at++;
                branches.add(sequence());
            }
            return branches.size() == 1 ? branches.get(0) : new Either(branches);
        }

        private RegexPart sequence() {
            List<RegexPart> parts = new ArrayList<>();
            while (at < regex.length() && peek() != '|' && peek() != ')') {
                if (peek() == '$' && at == regex.length() - 1) {
                    at++; // the end is demanded anyway
                    break;
                }
                parts.add(quantified(atom()));
            }
            return new Sequence(parts);
        }

        private RegexPart atom() {
            int c = take();
            return switch (c) {
                case '(' -> group();
                case '[' -> set();
                case '.' -> ANY;
                case '\\' -> escaped();
                case '*', '+', '?', '{', '^', '$' -> throw new Beyond();
                default -> One.range(c, c);
            };
        }

        private RegexPart group() {
            if (++depth > DEEPEST) {
                throw new Beyond();
            }
            if (peek() == '?') {
                if (regex.startsWith("?P<", at)) {
                    at = regex.indexOf('>', at) + 1;
                } else if (regex.startsWith("?:", at)) {
                    at += 2;
                } else {
                    throw new Beyond();
                }
            }
            RegexPart inside = either();
            if (take() != ')') {
                throw new Beyond();
            }
            depth--;
            return inside;
        }

        private RegexPart quantified(RegexPart part) {
            int min;
            int max;
            switch (peek()) {
                case '*' -> {
                    min = 0;
                    max = Repeat.UNLIMITED;
                    at++;
                }
                case '+' -> {
                    min = 1;
                    max = Repeat.UNLIMITED;
                    at++;
                }
                case '?' -> {
                    min = 0;
                    max = 1;
                    at++;
                }
                case '{' -> {
                    at++;
                    min = count();
                    max = min;
                    if (peek() == ',') {
                        at++;
                        max = peek() == '}' ? Repeat.UNLIMITED : count();
                    }
                    if (take() != '}') {
                        throw new Beyond();
                    }
                }
                default -> {
                    return part;
                }
            }
            at += peek() == '?' ? 1 : 0; // whether it takes much or little, the whole is the same
            if (peek() >= 0 && "*+?{".indexOf(peek()) >= 0) {
                throw new Beyond();
            }
            return new Repeat(part, min, max);
        }

        private int count() {
            int count = 0;
            int from = at;
            for (; peek() >= '0' && peek() <= '9' && at - from < 4; at++) {
                count = count * 10 + peek() - '0';
            }
            if (at == from || count > 64) {
                throw new Beyond();
            }
            return count;
        }

        /** A letter or digit behind a backslash means something; most of what it may mean is left to the library. */
        private One escaped() {
            int c = take();
            return switch (c) {
                case 'd' -> DIGIT;
                case 'D' -> DIGIT.not();
                case 'w' -> WORD;
                case 'W' -> WORD.not();
                case 's' -> SPACE;
                case 'S' -> SPACE.not();
                default -> {
                    if (WORD.has(c) && c != '_') {
                        throw new Beyond();
                    }
                    yield One.range(c, c);
                }
            };
        }

        private One set() {
            boolean not = peek() == '^';
            at += not ? 1 : 0;
            One all = new One(0, 0);
            for (boolean begun = false; peek() != ']' || !begun; begun = true) {
                all = all.or(item());
            }
            at++;
            return not ? all.not() : all;
        }

        private One item() {
            One one = member();
            boolean range = peek() == '-' && at + 1 < regex.length() && regex.charAt(at + 1) != ']';
            if (!range) {
                return one;
            }
            at++;
            int from = one.only();
            int to = member().only();
            if (to < from) {
                throw new Beyond();
            }
            return One.range(from, to);
        }

        private One member() {
            int c = take();
            if (c == '[' && peek() == ':') {
                throw new Beyond(); // the name of a class
            }
            return c == '\\' ? escaped() : One.range(c, c);
        }
    }
}
