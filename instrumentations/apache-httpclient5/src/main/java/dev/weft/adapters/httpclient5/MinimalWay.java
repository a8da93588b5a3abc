package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.TlsIdentities;
import dev.weft.engine.call.Attempt;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/** Through a minimal client, which connects to the very host it is given. */
record MinimalWay(
        HttpHost target,
        ClassicHttpRequest request,
        @Nullable Object context,
        Object client,
        Original woven,
        TlsIdentities identities)
        implements Way {
    @Override
    public ClassicHttpResponse original() throws Throwable {
        return Objects.requireNonNull((ClassicHttpResponse) woven.call(client, target, request, context));
    }

    /** A pooled connection is used without a word to us, so a request counts as sent from the start. */
    @Override
    public Sending prepare(Attempt attempt) {
        return new Sending(attempt, Aim.of(attempt, target, identities), new Stop(request), Sending.Reach.SENT);
    }

    @Override
    public ClassicHttpResponse send(Sending sending) throws Throwable {
        var copy = new AttemptRequest(request, sending.stop());
        if (copy.getScheme() == null) {
            copy.setScheme(target.getSchemeName());
        }
        if (copy.getAuthority() == null) {
            copy.setAuthority(new URIAuthority(target));
        }
        String path = sending.attempt().path();
        if (path != null) {
            copy.setPath(path);
        }
        sending.attempt().edit(new MessageHeaders(copy));
        sending.enter();
        try {
            return Objects.requireNonNull(
                    (ClassicHttpResponse) woven.call(client, sending.aim().peer(), copy, context));
        } finally {
            sending.leave();
        }
    }

    /** The woven method promises a closeable answer, which only the library's own package can make (5.0). */
    @Override
    public ClassicHttpResponse local(ClassicHttpResponse answer) {
        try {
            return (CloseableHttpResponse) adapt().invokeExact(answer);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable noSuchMethod) {
            throw new LinkageError("CloseableHttpResponse can't be made", noSuchMethod);
        }
    }

    private static MethodHandle adapt() throws ReflectiveOperationException {
        return MethodHandles.privateLookupIn(CloseableHttpResponse.class, MethodHandles.lookup())
                .findStatic(
                        CloseableHttpResponse.class,
                        "adapt",
                        MethodType.methodType(CloseableHttpResponse.class, ClassicHttpResponse.class));
    }
}
