package dev.weft.adapters.okhttp;

import java.net.Proxy;
import java.net.ProxySelector;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Puts a call of the library back to where it stood before it looked for a connection, which the
 * library itself does between hops and retries, by members that have other names in other releases.
 */
sealed interface Rewind permits TransmitterRewind, CallRewind {
    /** 4.4 joined what had been the transmitter with the call. */
    static Rewind ofThisRelease() {
        return Members.present("okhttp3.internal.connection.Transmitter") ? new TransmitterRewind() : new CallRewind();
    }

    /** What holds the state of the chain's call. */
    Object state(Interceptor.Chain chain);

    /** Whose call it is. */
    OkHttpClient client(Object state);

    @Nullable
    Proxy proxy(Interceptor.Chain chain);

    @Nullable
    ProxySelector proxySelector(Interceptor.Chain chain);

    /** Ends the exchange before, gives its connection back to the pool, and begins to look for another. */
    void prepare(Interceptor.Chain chain, @Nullable Exchange before);

    /** Whether the library takes the call for cancelled. */
    void cancelled(Object state, boolean yes);

    /** The library's own cancelling. */
    void cancel(Object state);
}
