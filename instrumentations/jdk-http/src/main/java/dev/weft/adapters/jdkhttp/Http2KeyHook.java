package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps one HTTP/2 connection for each endpoint; the library would keep one for each name and port. */
@Weave(
        type = "jdk.internal.net.http.Http2Connection",
        method = "keyFor",
        args = 1,
        opens = {Internals.PACKAGE})
public final class Http2KeyHook implements After {
    public Http2KeyHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Object of = Objects.requireNonNull(args[0]);
        Object to;
        if (of instanceof HttpRequest) {
            Aim aim = Aims.of(of);
            to = aim == null ? null : aim.address();
        } else {
            to = Internals.peer(of);
        }
        String suffix = to instanceof InetSocketAddress address ? Addresses.suffix(address) : null;
        return suffix == null ? result : result + suffix;
    }
}
