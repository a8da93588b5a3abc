package dev.weft.demo;

/** One act of the story: what it does, what should come of it, and the play itself. */
record Act(String title, String does, String expected, Play play) {

    /** Plays an act; an exception is an outcome too: the expectation did not hold. */
    interface Play {
        Outcome run() throws Exception;
    }

    /** Whether the expectation held, and what happened, in words and numbers. */
    record Outcome(boolean held, String happened) {}
}
