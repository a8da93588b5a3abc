package dev.weft.agent.workload;

/** What the life of the workload needs to know of the rest of the agent, and tells it. */
public interface Surroundings {
    /** Calls that the workload has ever begun to serve. */
    long begun();

    /** Calls that it is serving. */
    long inFlight();

    /** Whether the application ran already when the agent came. */
    boolean late();

    /** Somebody else traces this application. */
    void otherTracer(String what);
}
