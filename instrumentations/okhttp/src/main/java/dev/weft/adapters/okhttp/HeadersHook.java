package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is written: with the edits of the attempt, which so appear in no request that the
 * application sees or that the library repeats.
 */
@Weave(type = "okhttp3.internal.connection.Exchange", method = "writeRequestHeaders", args = 1)
public final class HeadersHook implements Before {
    public HeadersHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        if (sending != null && sending.exchange() == self && args[0] instanceof Request request) {
            var edited = request.newBuilder();
            String path = sending.attempt().path();
            if (path != null) {
                edited.url(at(request.url(), path));
            }
            sending.attempt().edit(new RequestHeaders(request, edited));
            args[0] = edited.build();
            sending.sent(request);
        }
    }

    private static HttpUrl at(HttpUrl url, String target) {
        int query = target.indexOf('?');
        return url.newBuilder()
                .encodedPath(query < 0 ? target : target.substring(0, query))
                .encodedQuery(query < 0 ? null : target.substring(query + 1))
                .build();
    }
}
