package dev.weft.engine.balance;

import java.util.concurrent.atomic.AtomicInteger;

/** Each in turn. */
final class RoundRobin implements Picker {
    private final int hosts;
    private final AtomicInteger turn;

    RoundRobin(int hosts, int turn) {
        this.hosts = hosts;
        this.turn = new AtomicInteger(turn);
    }

    @Override
    public int pick(long now, RandomSource random, PickContext call) {
        return Integer.remainderUnsigned(turn.getAndIncrement(), hosts);
    }
}
