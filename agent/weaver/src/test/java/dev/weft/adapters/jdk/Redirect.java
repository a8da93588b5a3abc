package dev.weft.adapters.jdk;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.lang.invoke.MethodHandles;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Sends requests for another host to this machine; needs the client's internals opened to it. */
@Weave(
        type = "jdk.internal.net.http.HttpClientImpl",
        method = "send",
        args = 2,
        opens = "java.net.http/jdk.internal.net.http")
final class Redirect implements Around {
    Redirect(Mesh mesh) throws ReflectiveOperationException {
        MethodHandles.privateLookupIn(Class.forName("jdk.internal.net.http.HttpClientImpl"), MethodHandles.lookup());
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return args[0] instanceof HttpRequest request
                && "order.test".equals(request.uri().getHost());
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        HttpRequest request = (HttpRequest) args[0];
        URI here = URI.create(
                "http://127.0.0.1:" + request.uri().getPort() + request.uri().getPath());
        return original.call(self, HttpRequest.newBuilder(here).build(), args[1]);
    }
}
