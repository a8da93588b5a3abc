package dev.weft.engine.simulation;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/** Runs a story with some seeds; one that fails is named and can be run alone with {@code -Dsimulation.seed=N}. */
final class Seeds {
    private Seeds() {}

    static void each(int count, LongConsumer story) {
        String only = System.getProperty("simulation.seed");
        LongStream seeds = only == null ? LongStream.rangeClosed(1, count) : LongStream.of(Long.parseLong(only));
        seeds.forEach(seed -> {
            try {
                story.accept(seed);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + " (-Dsimulation.seed=" + seed + "): " + e.getMessage(), e);
            }
        });
    }
}
