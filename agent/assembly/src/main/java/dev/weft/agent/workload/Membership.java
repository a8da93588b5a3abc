package dev.weft.agent.workload;

import java.util.Map;

/** The workload's place in the mesh, as the control plane gets to know it. Calls return at once. */
public interface Membership {
    /**
     * Connects, if it hasn't yet, away from the calling thread.
     *
     * @param service the workload's name
     */
    void join(String service);

    /** What the workload offers from now on: protocols by port. */
    void offer(Map<Integer, String> ports);

    void health(Health health);

    /** Takes back everything that is offered. */
    void leave();

    /** How the workload feels. */
    enum Health {
        STARTING,
        UP,
        DRAINING
    }
}
