package dev.weft.engine.route;

/**
 * The text with which everything that a regular expression matches must begin and end. It rules an
 * expression out without running it. Found where it is plain to see; empty otherwise, which is
 * always right.
 */
record RegexLiterals(String prefix, String suffix) {
    static final RegexLiterals NONE = new RegexLiterals("", "");

    /** Stands for what is not one certain character. */
    private static final char OPEN = '\uffff';

    static RegexLiterals of(String regex) {
        StringBuilder items = new StringBuilder();
        int from = regex.startsWith("^") ? 1 : 0;
        int to = regex.length() - (regex.endsWith("$") && !regex.endsWith("\\$") ? 1 : 0);
        for (int i = from; i < to; i++) {
            char c = regex.charAt(i);
            switch (c) {
                case '\\' -> {
                    char escaped = ++i < to ? regex.charAt(i) : 'Q';
                    boolean letter = Character.isLetterOrDigit(escaped);
                    if (letter && "dDwWsSbB".indexOf(escaped) < 0 || escaped > '~') {
                        return NONE;
                    }
                    items.append(letter ? OPEN : escaped);
                }
                case '[' -> {
                    i = endOfClass(regex, i);
                    items.append(OPEN);
                }
                case '(' -> {
                    i = endOfGroup(regex, i);
                    items.append(OPEN);
                }
                case '.', '^', '$' -> items.append(OPEN);
                case '*', '+', '?', '{' -> {
                    if (items.length() == 0) {
                        return NONE;
                    }
                    items.setCharAt(items.length() - 1, OPEN);
                    i = c == '{' ? regex.indexOf('}', i) : i;
                }
                default -> {
                    if (c == '|' || c == ')' || c > '~') {
                        return NONE;
                    }
                    items.append(c);
                }
            }
            if (i < from || i >= to) {
                return NONE;
            }
        }
        String all = items.toString();
        int first = all.indexOf(OPEN);
        return first < 0
                ? new RegexLiterals(all, all)
                : new RegexLiterals(all.substring(0, first), all.substring(all.lastIndexOf(OPEN) + 1));
    }

    /** The index of its bracket, or -1. */
    private static int endOfClass(String regex, int open) {
        int i = open + 1;
        i += i < regex.length() && regex.charAt(i) == '^' ? 1 : 0;
        i += i < regex.length() && regex.charAt(i) == ']' ? 1 : 0;
        for (; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '[') {
                return -1; // a named class, or nothing that is worth being understood
            }
            if (c == ']') {
                return i;
            }
            i += c == '\\' ? 1 : 0;
        }
        return -1;
    }

    /** The index of its parenthesis, or -1; also for a group that changes how the rest is read. */
    private static int endOfGroup(String regex, int open) {
        int depth = 0;
        for (int i = open; i >= 0 && i < regex.length(); i++) {
            switch (regex.charAt(i)) {
                case '\\' -> {
                    i++;
                    if (i < regex.length() && regex.charAt(i) == 'Q') {
                        return -1;
                    }
                }
                case '[' -> {
                    i = endOfClass(regex, i);
                    if (i < 0) {
                        return -1;
                    }
                }
                case '(' -> {
                    depth++;
                    if (regex.startsWith("(?", i) && !regex.startsWith("(?:", i) && !regex.startsWith("(?P<", i)) {
                        return -1;
                    }
                }
                case ')' -> {
                    if (--depth == 0) {
                        return i;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }
}
