package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.call.Attempt;
import java.util.Objects;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * Down the chain of an ordinary client. The scope keeps the logical route, so that cookies,
 * authentication and redirects never see an endpoint; only its runtime is aimed.
 */
final class ChainWay implements Way {
    /** The rest of the chain. */
    interface Onward {
        @Nullable
        Object go(ClassicHttpRequest request, ExecChain.Scope scope) throws Throwable;
    }

    /** The woven method's own body, with what it was called with. */
    interface Untouched {
        @Nullable
        Object go() throws Throwable;
    }

    private final ClassicHttpRequest request;
    private final ExecChain.Scope scope;
    private final Routes routes;
    private final Onward onward;
    private final Untouched untouched;
    private final Header[] headers;
    private final @Nullable HttpEntity body;
    /** Where the attempt that was prepared last goes. */
    private HttpRoute aimed;

    ChainWay(ClassicHttpRequest request, ExecChain.Scope scope, Routes routes, Onward onward, Untouched untouched) {
        this.request = request;
        this.scope = scope;
        this.routes = routes;
        this.onward = onward;
        this.untouched = untouched;
        this.headers = request.getHeaders();
        this.body = request.getEntity();
        this.aimed = scope.route;
    }

    static boolean wants(Mesh mesh, @Nullable Object[] args) {
        if (!(args[1] instanceof ExecChain.Scope scope) || scope.route.getProxyHost() != null) {
            return false;
        }
        HttpHost target = scope.route.getTargetHost();
        return mesh.routes(target.getHostName(), HopRequest.port(target));
    }

    @Override
    public ClassicHttpResponse original() throws Throwable {
        return Objects.requireNonNull((ClassicHttpResponse) untouched.go());
    }

    @Override
    public Sending prepare(Attempt attempt) {
        Route route = routes.aim(scope.route, attempt);
        aimed = route.route();
        return new Sending(attempt, route.aim(), new Stop(scope.originalRequest), Sending.Reach.LOCAL);
    }

    /** A later attempt begins with the request as the first one found it. */
    @Override
    public ClassicHttpResponse send(Sending sending) throws Throwable {
        if (sending.attempt().number() > 1) {
            request.setHeaders(headers);
            request.setEntity(body);
        }
        String path = sending.attempt().path();
        var runtime = new AimedRuntime(scope.execRuntime.fork(sending.stop()), aimed, sending, path);
        var within =
                new ExecChain.Scope(scope.exchangeId, scope.route, scope.originalRequest, runtime, scope.clientContext);
        if (path == null) {
            return sent(sending, within);
        }
        String asked = request.getPath();
        try {
            return sent(sending, within);
        } finally {
            request.setPath(asked); // what stands above resolves redirects against the logical path
        }
    }

    private ClassicHttpResponse sent(Sending sending, ExecChain.Scope within) throws Throwable {
        if (sending.aim().tls() == null) {
            return answer(within);
        }
        Object user = scope.clientContext.getUserToken();
        ClassicHttpResponse answer = answer(within);
        // The library took the mesh's certificate for the user of this context.
        scope.clientContext.setUserToken(user);
        return answer;
    }

    private ClassicHttpResponse answer(ExecChain.Scope within) throws Throwable {
        return Objects.requireNonNull((ClassicHttpResponse) onward.go(request, within));
    }

    @Override
    public ClassicHttpResponse local(ClassicHttpResponse answer) {
        return answer;
    }
}
