package dev.weft.engine.balance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The few of very many candidates that this client uses (gRFC A68): those whose names hash lowest with
 * the client's own seed. Every candidate is chosen by about as many clients, and one that comes or
 * goes changes no more than one place of each.
 */
public final class RandomSubset {
    private RandomSubset() {}

    /**
     * In the order in which they were given.
     *
     * @param size how many
     * @param seed of this client, chosen once
     */
    public static <T extends Candidate> List<T> of(List<T> all, int size, long seed) {
        if (all.size() <= size) {
            return all;
        }
        List<Ranked> ranked = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            byte[] key = all.get(i).hashKey().getBytes(StandardCharsets.UTF_8);
            ranked.add(new Ranked(Hashing.xxHash64(key, seed), i));
        }
        ranked.sort(Comparator.comparingLong(Ranked::rank));
        List<Ranked> kept = new ArrayList<>(ranked.subList(0, size));
        kept.sort(Comparator.comparingInt(Ranked::index));
        List<T> chosen = new ArrayList<>(size);
        for (Ranked one : kept) {
            chosen.add(all.get(one.index));
        }
        return chosen;
    }

    private record Ranked(long rank, int index) {}
}
