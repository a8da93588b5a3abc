package dev.weft.adapters.httpclient4;

import org.jspecify.annotations.Nullable;

/** How an attempt goes on into the library, at the place where its hop was taken over. */
interface Onward {
    @Nullable
    Object go(Sending sending) throws Throwable;
}
