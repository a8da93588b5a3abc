package dev.weft.proxy.config;

/** The key that a mistyped one is nearest to (Levenshtein distance). */
final class Nearest {
    private Nearest() {}

    static Key to(String written) {
        Key best = Key.SERVICE;
        int least = Integer.MAX_VALUE;
        for (Key key : Key.values()) {
            int distance = distance(written, key.key());
            if (distance < least) {
                least = distance;
                best = key;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(changed, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[b.length()];
    }
}
