package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Where the library decides to send again after a failure: not what the mesh has already decided about. */
@Weave(type = "okhttp3.internal.http.RetryAndFollowUpInterceptor", method = "recover")
public final class RecoverHook implements After {
    public RecoverHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        for (Object arg : args) {
            if (arg instanceof Request request) {
                return Hop.cameFrom(request.url()) ? (Object) false : result;
            }
        }
        return result;
    }
}
