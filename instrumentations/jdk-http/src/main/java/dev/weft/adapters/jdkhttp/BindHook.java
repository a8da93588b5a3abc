package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Notes which attempt the library's copy of a request belongs to. */
@Weave(
        type = "jdk.internal.net.http.HttpRequestImpl",
        method = "<init>",
        desc = "(Ljava/net/http/HttpRequest;Ljava/net/ProxySelector;)V")
public final class BindHook implements After {
    public BindHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (args[0] instanceof Rewritten request && request.aim() != null && self != null) {
            Aims.put(self, request.aim());
        }
        return result;
    }
}
