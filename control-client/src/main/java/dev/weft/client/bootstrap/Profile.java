package dev.weft.client.bootstrap;

import dev.weft.client.resource.ResourceType;

/** What kind of server the control plane is: which form of the protocol it speaks, and how names are asked of it. */
public enum Profile {
    /** Our own: delta, by name, with a directory and registration. */
    WEFT,
    /** istiod's gRPC mode: state of the world, by name, with istiod's name table as the directory. */
    ISTIO,
    /** Servers made for Envoy: listeners and clusters as a whole, state of the world. The listeners are the directory. */
    ENVOY,
    /** The same in delta. */
    ENVOY_DELTA;

    private static final int BY_NAME_MESSAGE = 32 << 20;
    private static final int WHOLE_MESSAGE = 256 << 20;

    /** Whether it speaks delta; state of the world otherwise. */
    public boolean delta() {
        return this == WEFT || this == ENVOY_DELTA;
    }

    /** The type that says which names belong to the mesh. */
    public ResourceType directory() {
        return switch (this) {
            case WEFT -> ResourceType.DIRECTORY;
            case ISTIO -> ResourceType.NAME_TABLE;
            case ENVOY, ENVOY_DELTA -> ResourceType.LISTENER;
        };
    }

    /** Whether all resources of a type are asked for at once, without names. */
    public boolean whole(ResourceType type) {
        return switch (type) {
            case NAME_TABLE -> true;
            case LISTENER, CLUSTER -> directory() == ResourceType.LISTENER;
            default -> false;
        };
    }

    /** Whether ports are offered as subscriptions; a server that doesn't know that type may end the stream over it. */
    public boolean registers() {
        return this == WEFT;
    }

    /** Whether it says that this workload is to be paused; the same warning. */
    public boolean pauses() {
        return this == WEFT;
    }

    /** Whether it is told how this workload is; the same warning. */
    public boolean hearsHealth() {
        return this == WEFT || this == ISTIO;
    }

    /** Whether a listener's name has the port even where the directory names none. */
    public boolean portInName() {
        return this == ISTIO;
    }

    public int largestMessage() {
        return whole(ResourceType.CLUSTER) ? WHOLE_MESSAGE : BY_NAME_MESSAGE;
    }
}
