package dev.weft.proxy.http1;

import org.jspecify.annotations.Nullable;

/** Pages that are made here, for people and probes. Quick, for they are made on the event loop. */
@FunctionalInterface
public interface Pages {
    /** @param path without the query; null where there is no such page */
    @Nullable
    Page page(String path);

    record Page(int status, String contentType, String text) {}
}
