package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Sends a request that is repeated with credentials to the endpoint that asked for them. */
@Weave(type = "jdk.internal.net.http.HttpRequestImpl", method = "newInstanceForAuthentication", args = 1)
public final class AuthenticationHook implements After {
    public AuthenticationHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Aim aim = Aims.of(args[0]);
        if (aim != null && result != null) {
            aim.answered();
            Aims.put(result, aim);
        }
        return result;
    }
}
