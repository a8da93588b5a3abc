package dev.weft.engine;

/** Who is shown calls that are about to be sent. Returns at once for those it has no interest in. */
@FunctionalInterface
public interface Witness {
    /**
     * The call has a route and a cluster, and no attempt yet.
     *
     * @param now on the clock of the calls
     */
    void admitted(Engine engine, Call call, long now);
}
