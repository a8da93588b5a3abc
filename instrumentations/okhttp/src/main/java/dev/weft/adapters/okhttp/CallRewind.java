package dev.weft.adapters.okhttp;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.Exchange;
import org.jspecify.annotations.Nullable;

/** Since 4.4. */
final class CallRewind implements Rewind {
    private static final Class<?> CALL = Members.type("okhttp3.internal.connection.RealCall");
    private static final MethodHandle CLIENT = Members.method(CALL, "getClient");
    private static final MethodHandle EXIT = Members.method(CALL, "exitNetworkInterceptorExchange$okhttp");
    private static final MethodHandle CONNECTION = Members.method(CALL, "getConnection");
    private static final MethodHandle POOL = Members.getter(CALL, "connectionPool");
    private static final MethodHandle RELEASE = Members.method(CALL, "releaseConnectionNoEvents$okhttp");
    private static final MethodHandle LISTENER = Members.getter(CALL, "eventListener");
    private static final MethodHandle ENTER = Members.method(CALL, "enterNetworkInterceptorExchange");
    private static final MethodHandle CANCELLED = Members.setter(CALL, "canceled");

    /** Since 5.0 the settings of the connection come from the chain; since 5.5 interceptors may change them. */
    private static final boolean ENTERS_WITH_CHAIN = ENTER.type().parameterCount() == 4;

    private static final @Nullable MethodHandle PROXY = Members.methodIfAny(Interceptor.Chain.class, "getProxy");
    private static final @Nullable MethodHandle SELECTOR =
            Members.methodIfAny(Interceptor.Chain.class, "getProxySelector");

    @Override
    public Object state(Interceptor.Chain chain) {
        return chain.call();
    }

    @Override
    public OkHttpClient client(Object call) {
        try {
            return (OkHttpClient) CLIENT.invoke(call);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public @Nullable Proxy proxy(Interceptor.Chain chain) {
        try {
            return PROXY == null ? client(chain.call()).proxy() : (Proxy) PROXY.invoke(chain);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public @Nullable ProxySelector proxySelector(Interceptor.Chain chain) {
        try {
            return SELECTOR == null ? client(chain.call()).proxySelector() : (ProxySelector) SELECTOR.invoke(chain);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public void prepare(Interceptor.Chain chain, @Nullable Exchange before) {
        Call call = chain.call();
        try {
            EXIT.invoke(call, true);
            release(call);
            if (ENTERS_WITH_CHAIN) {
                ENTER.invoke(call, chain.request(), true, chain);
            } else {
                ENTER.invoke(call, chain.request(), true);
            }
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    /** As the library's finder does with a connection to another host. */
    private static void release(Call call) throws Throwable {
        var held = (Connection) CONNECTION.invoke(call);
        if (held == null) {
            return;
        }
        Socket toClose;
        // 4.4 guards it by the pool, later ones by the connection.
        synchronized ((Object) POOL.invoke(call)) {
            synchronized (held) {
                toClose = (Socket) RELEASE.invoke(call);
            }
        }
        if (toClose != null) {
            closeQuietly(toClose);
        }
        ((EventListener) LISTENER.invoke(call)).connectionReleased(call, held);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException nobodyWaitsForIt) {
            // as the library does with a connection that left its pool
        }
    }

    @Override
    public void cancelled(Object call, boolean yes) {
        try {
            CANCELLED.invoke(call, yes);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public void cancel(Object call) {
        ((Call) call).cancel();
    }
}
