package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Request;
import org.jspecify.annotations.Nullable;

/** A request of which nobody asks anything. */
final class RacingRequest implements Request {
    static final RacingRequest ANY = new RacingRequest();

    /** Chance that always falls on the first. */
    static final RandomSource FIRST = new RandomSource() {
        @Override
        public int below(int bound) {
            return 0;
        }

        @Override
        public long bits() {
            return 0;
        }
    };

    private RacingRequest() {}

    @Override
    public String host() {
        return "order";
    }

    @Override
    public int port() {
        return 80;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/";
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public boolean replayable() {
        return true;
    }
}
