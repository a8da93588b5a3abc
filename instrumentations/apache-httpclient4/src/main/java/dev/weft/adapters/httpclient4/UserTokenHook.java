package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The user that a connection belongs to. The library takes the client certificate of a connection for
 * one; the mesh's says nothing about the application's users, and must not keep them apart in the pool.
 */
@Weave(type = "org.apache.http.impl.client.DefaultUserTokenHandler", method = "getUserToken", args = 1)
public final class UserTokenHook implements After {
    public UserTokenHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (!(result instanceof X500Principal)) {
            return result;
        }
        Sending sending = Sending.current();
        return sending != null && sending.aim().tls() != null ? null : result;
    }
}
