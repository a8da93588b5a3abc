package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.ServerNames;
import dev.weft.engine.adapt.Weave;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes the TLS engine of an attempt with the mesh's identity instead of the application's. */
@Weave(
        type = "jdk.internal.net.http.AbstractAsyncSSLConnection",
        method = "createEngine",
        args = 4,
        opens = {Internals.PACKAGE})
public final class TlsHook implements Before {
    public TlsHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        var target = TlsNames.find(args[1]);
        if (target == null) {
            return;
        }
        SSLContext context = Objects.requireNonNull(target.context(), "the attempt holds its transport");
        var parameters = (SSLParameters) Objects.requireNonNull(args[3]);
        // Names are checked by the context's own trust manager; the logical host is not among them.
        parameters.setEndpointIdentificationAlgorithm(null);
        parameters.setServerNames(ServerNames.of(target.sni()));
        args[0] = context;
    }
}
