package dev.weft.client.ads;

/** What the shell around a session has to do now. */
public sealed interface Step {
    /**
     * Open a stream; then tell {@link Session#opened} or {@link Session#closed}.
     *
     * @param server which of the control planes, by preference; past the last one means the last one
     */
    record Connect(int server) implements Step {}

    /** Send this request on the open stream. */
    record Send(byte[] request) implements Step {}

    /**
     * Give the stream up; the session counts it as closed already.
     *
     * @param failure whether the control plane is to blame
     */
    record Disconnect(String why, boolean failure) implements Step {}

    /** Find out whether the first of the control planes takes streams; then tell {@link Session#probed}. */
    record Probe() implements Step {}
}
