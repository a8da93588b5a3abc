package dev.weft.client.ads;

/** What the shell around a session has to do now. */
public sealed interface Step {
    /** Open a stream; then tell {@link DeltaSession#opened} or {@link DeltaSession#closed}. */
    record Connect() implements Step {}

    /** Send this request on the open stream. */
    record Send(byte[] request) implements Step {}

    /** Give the stream up; the session counts it as closed already. */
    record Disconnect(String why) implements Step {}
}
