package dev.weft.proxy.intercept;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One port, or several in a row.
 *
 * @param first 1 to 65,535
 * @param last the same for one port
 */
public record PortRange(int first, int last) implements Comparable<PortRange> {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final Comparator<PortRange> ORDER =
            Comparator.comparingInt(PortRange::first).thenComparingInt(PortRange::last);

    /** @throws IllegalArgumentException it holds something that is no port, or nothing */
    public PortRange {
        for (int port : new int[] {first, last}) {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException(port + " is not a port");
            }
        }
        if (last < first) {
            throw new IllegalArgumentException(first + "-" + last + " ends before it begins");
        }
    }

    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /**
     * @param text {@code 22} or {@code 15000-15010}
     * @throws IllegalArgumentException it is neither
     */
    public static PortRange parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is neither a port nor a range such as 15000-15010");
        }
        int first = Integer.parseInt(parts.group(1));
        return new PortRange(first, parts.group(2) == null ? first : Integer.parseInt(parts.group(2)));
    }

    @Override
    public int compareTo(PortRange other) {
        return ORDER.compare(this, other);
    }

    /** With this between the ends, if there are two. */
    String text(char between) {
        return first == last ? String.valueOf(first) : first + "" + between + last;
    }

    @Override
    public String toString() {
        return text('-');
    }
}
