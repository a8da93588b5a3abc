package dev.weft.demo;

/** The end of a process by SIGKILL: from just before the signal until it was gone, by {@link System#nanoTime}. */
record Kill(long sent, long gone) {

    boolean during(Call call) {
        return call.startedAt() - gone <= 0 && sent - call.endedAt() <= 0;
    }
}
