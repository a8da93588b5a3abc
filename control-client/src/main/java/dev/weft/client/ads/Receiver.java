package dev.weft.client.ads;

import dev.weft.client.resource.ResourceType;
import java.util.List;

/** Who takes what a session receives. Called on the thread that drives the session. */
public interface Receiver {
    /**
     * A resource that is subscribed to.
     *
     * @param any the encoded {@code google.protobuf.Any}
     * @return why it is refused; empty when it is accepted
     */
    List<String> resource(ResourceType type, String name, String version, byte[] any);

    /** The server says that there is no such resource (any more), or has not answered for it in time. */
    void missing(ResourceType type, String name, String why);

    /** It was here, and a response that lists everything does not list it. */
    void absent(ResourceType type, String name);

    /** The server has none any more, and what is here goes with it. */
    void dropped(ResourceType type, String name, String why);

    /** It was refused a moment ago, and the last good one goes with it. */
    void spoilt(ResourceType type, String name);

    /** The server can't say anything about it at the moment; what is there stays. */
    void failing(ResourceType type, String name, String why);

    /** Whether something is needed that is not here. */
    boolean lacking();

    /** The response that brought the above has been taken in. */
    void settled(ResourceType type);
}
