package dev.weft.protocol.words;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What someone probably meant: the word with the smallest edit distance (Levenshtein 1965), in any case of letters. */
public final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** Null when nothing is near enough to be helpful. */
    public static @Nullable String to(String written, Collection<String> known) {
        return written.length() > LONGEST ? null : within(Math.max(2, written.length() / 3), written, known);
    }

    /**
     * However far it is.
     *
     * @param known one word or more
     */
    public static String of(String written, Collection<String> known) {
        String cut = written.length() > LONGEST ? written.substring(0, LONGEST) : written;
        String nearest = within(Integer.MAX_VALUE - 1, cut, known);
        if (nearest == null) {
            throw new IllegalArgumentException("nothing is known");
        }
        return nearest;
    }

    /** The first of several. */
    private static @Nullable String within(int most, String written, Collection<String> known) {
        String best = null;
        int bestDistance = most + 1;
        String text = written.toLowerCase(Locale.ROOT);
        for (String candidate : known) {
            int distance = distance(text, candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
