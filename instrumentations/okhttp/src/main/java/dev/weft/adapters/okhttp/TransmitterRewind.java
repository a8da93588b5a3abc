package dev.weft.adapters.okhttp;

import java.lang.invoke.MethodHandle;
import java.net.Proxy;
import java.net.ProxySelector;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.Exchange;
import okhttp3.internal.http.RealInterceptorChain;
import org.jspecify.annotations.Nullable;

/** 3.14 to 4.3. */
final class TransmitterRewind implements Rewind {
    private static final Class<?> TRANSMITTER = Members.type("okhttp3.internal.connection.Transmitter");
    private static final MethodHandle OF = Members.method(RealInterceptorChain.class, "transmitter");
    private static final MethodHandle CLIENT = Members.getter(TRANSMITTER, "client");
    private static final MethodHandle HAS_EXCHANGE = Members.method(TRANSMITTER, "hasExchange");
    private static final MethodHandle DONE = Members.method(TRANSMITTER, "exchangeDoneDueToException");
    private static final MethodHandle RELEASE = Members.method(TRANSMITTER, "maybeReleaseConnection");
    private static final MethodHandle PREPARED_FOR = Members.setter(TRANSMITTER, "request");
    private static final MethodHandle PREPARE = Members.method(TRANSMITTER, "prepareToConnect");
    private static final MethodHandle CANCELLED = Members.setter(TRANSMITTER, "canceled");
    private static final MethodHandle CANCEL = Members.method(TRANSMITTER, "cancel");

    @Override
    public Object state(Interceptor.Chain chain) {
        try {
            return (Object) OF.invoke(chain);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public OkHttpClient client(Object transmitter) {
        try {
            return (OkHttpClient) CLIENT.invoke(transmitter);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public @Nullable Proxy proxy(Interceptor.Chain chain) {
        return client(state(chain)).proxy();
    }

    @Override
    public @Nullable ProxySelector proxySelector(Interceptor.Chain chain) {
        return client(state(chain)).proxySelector();
    }

    /** Nothing that it was prepared for: else it would find itself ready, for the endpoint before. */
    @Override
    public void prepare(Interceptor.Chain chain, @Nullable Exchange before) {
        Object transmitter = state(chain);
        try {
            if (before != null && (boolean) HAS_EXCHANGE.invoke(transmitter)) {
                before.detachWithViolence();
            }
            DONE.invoke(transmitter);
            RELEASE.invoke(transmitter, null, true);
            PREPARED_FOR.invoke(transmitter, null);
            PREPARE.invoke(transmitter, chain.request());
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public void cancelled(Object transmitter, boolean yes) {
        try {
            CANCELLED.invoke(transmitter, yes);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }

    @Override
    public void cancel(Object transmitter) {
        try {
            CANCEL.invoke(transmitter);
        } catch (Throwable thrown) {
            throw Members.<RuntimeException>same(thrown);
        }
    }
}
