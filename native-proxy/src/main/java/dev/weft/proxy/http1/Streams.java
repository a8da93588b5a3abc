package dev.weft.proxy.http1;

/** Where streams of HTTP/2 to endpoints come from. One for each event loop. */
@FunctionalInterface
public interface Streams {
    /** One that goes to that target; it has no connection yet. */
    Upstream stream(Target target, HeadLimits limits);
}
