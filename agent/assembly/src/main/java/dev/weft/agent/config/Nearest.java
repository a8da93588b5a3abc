package dev.weft.agent.config;

import java.util.Locale;

/** The known key that a mistyped one is nearest to (Levenshtein distance). */
final class Nearest {
    private Nearest() {}

    static String to(String written) {
        String text = written.toLowerCase(Locale.ROOT).replace('_', '.');
        String best = "";
        int least = Integer.MAX_VALUE;
        for (Key key : Key.values()) {
            String name = key == Key.INSTRUMENTATION ? "instrumentation.<name>" : key.key();
            int distance = distance(text, name);
            if (distance < least) {
                least = distance;
                best = name;
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
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
