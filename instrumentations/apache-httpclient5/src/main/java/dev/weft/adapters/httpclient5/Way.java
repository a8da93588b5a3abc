package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.Attempt;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** How a call goes on into the library, at the place where it was taken over. */
interface Way {
    /** The library's own call, as if we were not here. */
    ClassicHttpResponse original() throws Throwable;

    /** A new attempt, not yet on its way. */
    Sending prepare(Attempt attempt);

    /** Sends the attempt; blocks until the head of the answer. */
    ClassicHttpResponse send(Sending sending) throws Throwable;

    /** A local answer as the caller at this place expects it. */
    ClassicHttpResponse local(ClassicHttpResponse answer);
}
