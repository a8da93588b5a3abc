package dev.weft.engine.ledger;

import dev.weft.engine.policy.Filling;
import dev.weft.engine.snapshot.TokenBucket;
import java.util.concurrent.atomic.AtomicLong;

/** A token bucket that calls of all threads take from. */
final class Bucket {
    private final TokenBucket config;
    private final AtomicLong emptyAt = new AtomicLong(Filling.FULL);

    Bucket(TokenBucket config) {
        this.config = config;
    }

    TokenBucket config() {
        return config;
    }

    /** Takes a token, if there is one. */
    boolean take(long now) {
        while (true) {
            long before = emptyAt.get();
            long after = Filling.take(config, before, now);
            if (after > now) {
                return false;
            }
            if (emptyAt.compareAndSet(before, after)) {
                return true;
            }
        }
    }

    long tokens(long now) {
        return Filling.tokens(config, emptyAt.get(), now);
    }
}
