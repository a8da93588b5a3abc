package dev.weft.engine;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.policy.Order;
import dev.weft.engine.trace.Ambient;
import java.util.function.Consumer;

/** An engine whose policies stand in an order of their own. */
public final class Reordered {
    private Reordered() {}

    /** Nobody hears of its calls. */
    public static Engine engine(RandomSource random, Ambient ambient, Consumer<Throwable> bugs, Order order) {
        return new Engine(random, ambient, call -> {}, bugs, null, order);
    }
}
