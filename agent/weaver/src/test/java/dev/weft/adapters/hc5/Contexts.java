package dev.weft.adapters.hc5;

import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

final class Contexts {
    /** {@code castOrCreate} came with 5.4. */
    HttpContext typed(@Nullable HttpContext context) {
        return HttpClientContext.castOrCreate(context);
    }
}
