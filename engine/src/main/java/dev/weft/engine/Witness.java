package dev.weft.engine;

/** Who is shown calls that are about to be sent, or not to be. Returns at once for those it has no interest in. */
@FunctionalInterface
public interface Witness {
    /**
     * The call has a route and a cluster, and no attempt yet.
     *
     * @param now on the clock of the calls
     */
    void admitted(Engine engine, Call call, long now);

    /**
     * The application gets {@link Call#refusal()} instead of an answer from elsewhere: before anything was sent, whether
     * it was admitted or not, or after attempts that came to nothing.
     *
     * @param now on the clock of the calls
     */
    default void refused(Engine engine, Call call, long now) {}
}
