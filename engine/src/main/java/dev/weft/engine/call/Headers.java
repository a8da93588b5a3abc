package dev.weft.engine.call;

import org.jspecify.annotations.Nullable;

/** The headers or trailers of an answer, read through the library's own object. */
@FunctionalInterface
public interface Headers {
    Headers NONE = name -> null;

    /** First value of a header, or null. The engine asks in lower case; names match without case. */
    @Nullable
    String first(String name);
}
