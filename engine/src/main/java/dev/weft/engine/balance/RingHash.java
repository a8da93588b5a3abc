package dev.weft.engine.balance;

import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Balancer.HashFunction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A ring on which each candidate stands many times, at the hashes of its name with a number; a call
 * meets the first at or after its own hash (Karger et al., "Consistent hashing and random trees", 1997).
 *
 * <p>Names and numbers are hashed as Envoy and gRPC (A42) do. Their count of entries is
 * {@code minimumSize / n} for each of n candidates of equal weight, so that everybody gains entries
 * when one of ten leaves, and about as many keys move for that as for the one that left. Here a
 * candidate of mean weight has at least 160 entries (ketama's number) as long as the maximum allows
 * it: from seven candidates on, a ring of minimum size 1,024 only loses what the leaving one had.
 */
final class RingHash implements Picker {
    private static final int ENTRIES = 160;

    /** More would be memory for nothing: one weight that is far too large asks for millions. */
    private static final int LARGEST = 1 << 20;

    /** Hashes in unsigned order, shifted so that they are in signed order too. */
    private final long[] ring;

    private final int[] hosts;

    RingHash(Candidate[] candidates, double[] weights, Balancer.RingHash config) {
        double sum = 0;
        double least = Double.MAX_VALUE;
        for (double weight : weights) {
            sum += weight;
            least = weight > 0 ? Math.min(least, weight) : least;
        }
        double smallest = least / sum;
        double wanted = Math.max(config.minimumSize(), (double) ENTRIES * candidates.length);
        double most = Math.min(config.maximumSize(), Math.max(wanted, LARGEST));
        double scale = Math.min(Math.ceil(smallest * wanted) / smallest, most);
        Entry[] entries = entries(candidates, weights, scale / sum, config.function());
        Arrays.sort(entries, Comparator.comparingLong(Entry::at));
        ring = new long[entries.length];
        hosts = new int[entries.length];
        for (int i = 0; i < entries.length; i++) {
            ring[i] = entries[i].at;
            hosts[i] = entries[i].host;
        }
    }

    private record Entry(long at, int host) {}

    private static Entry[] entries(Candidate[] candidates, double[] weights, double scale, HashFunction function) {
        int[] counts = new int[candidates.length];
        int sum = 0;
        for (int i = 0; i < counts.length; i++) {
            // Each for itself, so that one that leaves changes no other's.
            counts[i] = weights[i] > 0 ? Math.max(1, (int) (weights[i] * scale + 1e-6)) : 0;
            sum += counts[i];
        }
        Entry[] entries = new Entry[sum];
        int used = 0;
        for (int i = 0; i < counts.length; i++) {
            String name = candidates[i].hashKey() + '_';
            for (int number = 0; number < counts[i]; number++) {
                entries[used++] = new Entry(hash(name + number, function) ^ Long.MIN_VALUE, i);
            }
        }
        return entries;
    }

    private static long hash(String name, HashFunction function) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return function == HashFunction.MURMUR_HASH_2
                ? Hashing.murmurHash2(bytes, 0xC70F6907L)
                : Hashing.xxHash64(bytes, 0);
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        long hash = (call.hashed() ? call.hash() : random.bits()) ^ Long.MIN_VALUE;
        int low = 0;
        int high = ring.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ring[middle] < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return hosts[low == ring.length ? 0 : low];
    }
}
