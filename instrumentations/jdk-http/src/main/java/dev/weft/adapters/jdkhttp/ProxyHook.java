package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Keeps the library from asking for a proxy once more: that none applies was found out before the attempt. */
@Weave(
        type = "jdk.internal.net.http.HttpRequestImpl",
        method = "<init>",
        desc = "(Ljava/net/http/HttpRequest;Ljava/net/ProxySelector;)V")
public final class ProxyHook implements Before {
    public ProxyHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        if (args[0] instanceof Rewritten request && request.aim() != null) {
            args[1] = null;
        }
    }
}
