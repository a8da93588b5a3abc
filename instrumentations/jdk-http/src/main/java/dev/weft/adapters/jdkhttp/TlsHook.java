package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
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
        parameters.setServerNames(target.sni().isEmpty() ? List.of() : List.of(name(target.sni())));
        args[0] = context;
    }

    private static SNIServerName name(String sni) {
        try {
            return new SNIHostName(sni);
        } catch (IllegalArgumentException notByTheLetter) {
            return new Verbatim(sni); // outbound_.80_._.order.default: underscores, which the JDK refuses
        }
    }

    private static final class Verbatim extends SNIServerName {
        Verbatim(String name) {
            super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
