package dev.weft.engine.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A table of prime size in which the candidates take turns to claim the next free slot of their own
 * permutation (Eisenbud et al., "Maglev", NSDI 2016, listing 1; weights as in Envoy). Filled in the
 * order of the names, so that it does not depend on the order in which endpoints are listed.
 */
final class Maglev implements Picker {
    private final int[] table;

    Maglev(Candidate[] candidates, double[] weights, int size) {
        int n = candidates.length;
        Claim[] claims = new Claim[n];
        double most = 0;
        for (int i = 0; i < n; i++) {
            claims[i] = new Claim(i, candidates[i].hashKey(), weights[i], size);
            most = Math.max(most, weights[i]);
        }
        Arrays.sort(claims, Comparator.comparing(claim -> claim.name));
        table = new int[size];
        Arrays.fill(table, -1);
        int filled = 0;
        for (int round = 1; filled < size; round++) {
            for (int i = 0; i < n && filled < size; i++) {
                if (claims[i].due(round, most)) {
                    claims[i].claim(table);
                    filled++;
                }
            }
        }
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        long hash = call.hashed() ? call.hash() : random.bits();
        return table[(int) Long.remainderUnsigned(hash, table.length)];
    }

    /** One candidate's walk through its permutation of the slots. */
    private static final class Claim {
        private final int host;
        private final String name;
        private final double weight;
        private final int skip;
        private int at;
        /** So much weight times rounds, and it may claim again. */
        private double target;

        Claim(int host, String name, double weight, int size) {
            this.host = host;
            this.name = name;
            this.weight = weight;
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            this.at = (int) Long.remainderUnsigned(Hashing.xxHash64(key, 0), size);
            this.skip = (int) Long.remainderUnsigned(Hashing.xxHash64(key, 1), size - 1) + 1;
        }

        boolean due(int round, double most) {
            if (round * weight < target) {
                return false;
            }
            target += most;
            return weight > 0;
        }

        void claim(int[] table) {
            while (table[at] >= 0) {
                at = (int) (((long) at + skip) % table.length);
            }
            table[at] = host;
        }
    }
}
