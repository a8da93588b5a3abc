package dev.weft.control.http;

import org.jspecify.annotations.Nullable;

/** What the server is there for. Called on a network thread; must not block. */
public interface Handler {
    /**
     * Looks at a request before any of its body is read.
     *
     * @return null to go on; else the answer, and no body is read
     */
    @Nullable
    Response admit(Request head);

    /** Answers a request, at once or later. */
    void handle(Request request, Exchange exchange);
}
