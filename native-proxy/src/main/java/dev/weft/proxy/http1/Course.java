package dev.weft.proxy.http1;

import dev.weft.engine.call.End;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the requests of one connection, one after the other: where each goes, and what its answers mean.
 * {@link Exchange} moves the bytes.
 */
public interface Course {
    /** The head of a request is there: sends it, answers it, or does so later. */
    void begin();

    /** What is changed of the head for this sending. */
    void edit(Upstream to, HeadEdits edits);

    /** Path and query to send instead; null for the request's own. */
    @Nullable
    String path(Upstream to);

    /** Whether the body is to be kept so that it can be sent again. */
    boolean keepsBody();

    /** The head of an answer is there; nothing of it was handed on. */
    void answered(Upstream from);

    /** What was sent is over, well or not; after this nothing is heard of it. */
    void ended(Upstream from, End end);

    /** The client has gone before its answer was whole. */
    void gone();

    /** The answer is whole, or there will be none; the next request may come. */
    void over();
}
