package dev.weft.adapters.httpclient5;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import javax.security.auth.x500.X500Principal;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/** The library's runtime of one attempt, whose connections go to the attempt's endpoint. */
final class AimedRuntime implements ExecRuntime {
    /** Since 5.4 the library calls this one; null before. */
    private static final @Nullable MethodHandle INFORMED = informed();

    private final ExecRuntime library;
    private final HttpRoute aimed;
    private final Sending sending;
    private final @Nullable String path;
    private @Nullable Object leased;

    /** @param path to send instead of the request's own; null for that one */
    AimedRuntime(ExecRuntime library, HttpRoute aimed, Sending sending, @Nullable String path) {
        this.library = library;
        this.aimed = aimed;
        this.sending = sending;
        this.path = path;
    }

    @Override
    public void acquireEndpoint(String id, HttpRoute route, @Nullable Object state, HttpClientContext context)
            throws IOException {
        leased = state;
        sending.reaching();
        library.acquireEndpoint(id, aimed, state, context);
        sending.reached();
    }

    @Override
    public void connectEndpoint(HttpClientContext context) throws IOException {
        sending.reaching();
        sending.enter();
        try {
            library.connectEndpoint(context);
        } finally {
            sending.leave();
        }
        sending.reached();
    }

    @Override
    public ClassicHttpResponse execute(String id, ClassicHttpRequest request, HttpClientContext context)
            throws IOException, HttpException {
        depart(request, context);
        return library.execute(id, request, context);
    }

    /** Overrides what the interface has since 5.4. */
    @SuppressWarnings("unused")
    public ClassicHttpResponse execute(
            String id, ClassicHttpRequest request, HttpResponseInformationCallback informed, HttpClientContext context)
            throws IOException, HttpException {
        if (INFORMED == null) {
            return execute(id, request, context);
        }
        depart(request, context);
        try {
            return (ClassicHttpResponse) INFORMED.invokeExact(library, id, request, informed, context);
        } catch (IOException | HttpException | RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * The mesh's edits come last, as they would in a proxy: what the library and the application's
     * interceptors made of the request before is theirs, also where they begin anew because the server
     * asked for credentials.
     */
    private void depart(ClassicHttpRequest request, HttpClientContext context) throws IOException {
        if (library.isEndpointAcquired() && !library.isEndpointConnected()) {
            connectEndpoint(context); // so that a failure to connect is not taken for one of a request that has left
        }
        if (path != null) {
            request.setPath(path);
        }
        sending.attempt().edit(new MessageHeaders(request));
        sending.sent();
    }

    @Override
    public ExecRuntime fork(CancellableDependency dependency) {
        return new AimedRuntime(library.fork(dependency), aimed, sending, path);
    }

    @Override
    public boolean isExecutionAborted() {
        return library.isExecutionAborted();
    }

    @Override
    public boolean isEndpointAcquired() {
        return library.isEndpointAcquired();
    }

    @Override
    public void releaseEndpoint() {
        library.releaseEndpoint();
    }

    @Override
    public void discardEndpoint() {
        library.discardEndpoint();
    }

    @Override
    public boolean isEndpointConnected() {
        return library.isEndpointConnected();
    }

    @Override
    public void disconnectEndpoint() throws IOException {
        library.disconnectEndpoint();
    }

    @Override
    public void upgradeTls(HttpClientContext context) throws IOException {
        library.upgradeTls(context);
    }

    @Override
    public boolean isConnectionReusable() {
        return library.isConnectionReusable();
    }

    /**
     * The library keeps connections with a client certificate for the one context that opened them.
     * The mesh's certificate says nothing about the application's users, so it does not count.
     */
    @Override
    public void markConnectionReusable(@Nullable Object state, TimeValue validity) {
        boolean meshs = sending.aim().tls() != null && state instanceof X500Principal;
        library.markConnectionReusable(meshs ? leased : state, validity);
    }

    @Override
    public void markConnectionNonReusable() {
        library.markConnectionNonReusable();
    }

    private static @Nullable MethodHandle informed() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(
                            ExecRuntime.class,
                            "execute",
                            MethodType.methodType(
                                    ClassicHttpResponse.class,
                                    String.class,
                                    ClassicHttpRequest.class,
                                    HttpResponseInformationCallback.class,
                                    HttpClientContext.class));
        } catch (NoSuchMethodException | IllegalAccessException before54) {
            return null;
        }
    }
}
