package dev.weft.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * Two variants measured in turn, so that a machine whose speed drifts disturbs both alike. A ratio
 * is the median over the rounds, with its 95 % interval.
 */
final class Rounds {
    private Rounds() {}

    /**
     * Median of paired ratios.
     *
     * @param low lower end of the 95 % interval of the median
     * @param high upper end
     */
    record Ratio(double median, double low, double high) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", median, low, high);
        }
    }

    /** Runs both variants in each round, the order swapped from round to round. */
    static Ratio ratio(int rounds, DoubleSupplier variant, DoubleSupplier base) {
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            double first = i % 2 == 0 ? variant.getAsDouble() : base.getAsDouble();
            double second = i % 2 == 0 ? base.getAsDouble() : variant.getAsDouble();
            ratios[i] = i % 2 == 0 ? first / second : second / first;
        }
        return of(ratios);
    }

    /**
     * The interval is the one of order statistics: ranks n/2 ± 0.98 sqrt(n), which hold the median of
     * any distribution with 95 %.
     */
    static Ratio of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double reach = 0.98 * Math.sqrt(n);
        int low = (int) Math.max(0, Math.floor(n / 2.0 - reach));
        int high = (int) Math.min(n - 1, Math.ceil(n / 2.0 + reach) - 1);
        return new Ratio(median(sorted), sorted[low], sorted[high]);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    static void result(String name, double value, String unit) {
        System.out.printf(Locale.ROOT, "RESULT %s %.3f %s%n", name, value, unit);
    }

    /** A ratio counts with the worse end of its interval; the whole interval is printed beside it. */
    static void result(String name, Ratio ratio) {
        System.out.println(name + ": median " + ratio);
        result(name, ratio.high(), "ratio");
    }
}
