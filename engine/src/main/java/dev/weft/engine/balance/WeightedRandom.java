package dev.weft.engine.balance;

/**
 * Any, as often as the weights say: Walker's alias method (Vose, "A linear algorithm for generating
 * random numbers with a given distribution", 1991). Each of n equal columns holds one candidate up to
 * a height and another above it, so that a choice is one column and one height.
 */
final class WeightedRandom implements Picker {
    private final long[] heights;
    private final int[] aliases;

    WeightedRandom(double[] weights) {
        int n = weights.length;
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double[] left = new double[n];
        int[] order = new int[n];
        int small = 0;
        int large = n;
        for (int i = 0; i < n; i++) {
            left[i] = weights[i] / sum * n;
            order[left[i] < 1 ? small++ : --large] = i;
        }
        heights = new long[n];
        aliases = new int[n];
        java.util.Arrays.fill(heights, Integer.MAX_VALUE);
        for (int next = 0; next < small && large < n; next++) {
            int poor = order[next];
            int rich = order[large];
            heights[poor] = (long) (left[poor] * Integer.MAX_VALUE);
            aliases[poor] = rich;
            left[rich] -= 1 - left[poor];
            if (left[rich] < 1) {
                order[small++] = rich;
                large++;
            }
        }
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        int column = random.below(heights.length);
        return random.below(Integer.MAX_VALUE) < heights[column] ? column : aliases[column];
    }
}
