package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Lets the library build a TLS connection for an {@code http} request whose attempt asks for one. */
@Weave(type = "jdk.internal.net.http.HttpRequestImpl", method = "secure", args = 0)
public final class SecureHook implements After {
    public SecureHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Aim aim = Aims.of(self);
        return aim != null && aim.tls() ? (Object) true : result;
    }
}
