package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Where the library decides what to ask next. Redirects and challenges stay; that the same is asked
 * again because the peer can't now (408; 503 with {@code Retry-After: 0}) is the mesh's to decide.
 */
@Weave(type = "okhttp3.internal.http.RetryAndFollowUpInterceptor", method = "followUpRequest")
public final class FollowUpHook implements After {
    public FollowUpHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (result == null || !(args[0] instanceof Response answer)) {
            return result;
        }
        return mayBeAskedAgain(answer) && Hop.cameFrom(answer.request().url()) ? null : result;
    }

    static boolean mayBeAskedAgain(Response answer) {
        return answer.code() == 408 || answer.code() == 503;
    }
}
