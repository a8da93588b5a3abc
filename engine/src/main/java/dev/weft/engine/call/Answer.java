package dev.weft.engine.call;

/** The answer to a {@link Question}. */
public sealed interface Answer {
    /** What was asked for is there now: look again. */
    Answer READY = new Ready();
    /** Not ours: the library goes on as if we were not here. */
    Answer PASS = new Pass();

    record Ready() implements Answer {}

    record Pass() implements Answer {}

    /** It can't be had; the call fails with this reason. */
    record Failed(String why) implements Answer {}
}
