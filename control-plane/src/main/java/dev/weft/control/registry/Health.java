package dev.weft.control.registry;

/**
 * What a workload says of itself.
 *
 * @param reason empty when it is ready
 */
public record Health(Kind kind, String reason) {
    public static final Health READY = new Health(Kind.READY, "");

    /** The word. */
    public enum Kind {
        READY,
        NOT_READY,
        DRAINING
    }

    State after(State before) {
        return switch (kind) {
            case READY -> State.UP;
            case DRAINING -> State.DRAINING;
            case NOT_READY -> before == State.STARTING ? State.STARTING : State.DOWN;
        };
    }
}
