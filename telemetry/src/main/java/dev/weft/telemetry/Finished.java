package dev.weft.telemetry;

/**
 * One side of one call that is over, as lean as the path of the call wants it: whoever looks at it
 * later pays for the words.
 */
public interface Finished {
    long traceHigh();

    long traceLow();

    Span span();
}
