package dev.weft.client.warm;

import dev.weft.client.ads.Step;

/** What {@link ControlCore} asks of the world around it. */
public sealed interface Work {
    /**
     * Something to do with a stream.
     *
     * @param line to whom: 0 for the control planes of the mesh, others for those of other authorities
     */
    record Stream(int line, Step step) implements Work {}

    /** Find out whether DNS knows this host; then tell {@link ControlCore#resolved}. */
    record Resolve(String host) implements Work {}

    /** Keep these bytes for the next run. */
    record Save(byte[] file) implements Work {}
}
