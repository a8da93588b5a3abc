package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.util.Objects;
import okhttp3.Address;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Where the library makes an address: to 4.3, to 4.12, from 5.0 and from 5.4. It does so for each call before we
 * know where that goes; that one is the same each time, and so is the one of an attempt, which is aimed at its
 * endpoint.
 */
@Weave(type = "okhttp3.internal.connection.Transmitter", method = "createAddress", args = 1)
@Weave(type = "okhttp3.internal.connection.RealCall", method = "createAddress", args = 1, optional = true)
@Weave(type = "okhttp3.OkHttpClient", method = "address", args = 1, optional = true)
@Weave(type = "okhttp3.internal.http.RealInterceptorChain", method = "address", args = 1, optional = true)
public final class AddressHook implements Around {
    private final Rewind rewind = Rewind.ofThisRelease();
    private final OwnAddresses own = new OwnAddresses();

    public AddressHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        return sending == null ? args[0] instanceof HttpUrl url && own.mayHave(url) : !sending.isAimed();
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        HttpUrl url = (HttpUrl) Objects.requireNonNull(args[0]);
        Sending sending = Sending.current();
        if (sending == null) {
            KeptAddress known = own.find(url, client(self), self);
            return known == null ? original.call(self, args) : known.address();
        }
        sending.takeAim();
        Aim aim = sending.aim();
        KeptAddress kept = aim.kept();
        if (kept == null || !kept.fits(url, sending.client(), self)) {
            var made = new KeptAddress(
                    (Address) Objects.requireNonNull(original.call(self, args)), sending.client(), self);
            own.keep(url, made);
            kept = new KeptAddress(aim.at(made.address()), made, sending.client(), self);
            aim.keep(kept);
        }
        return kept.address();
    }

    private OkHttpClient client(Object maker) {
        if (maker instanceof OkHttpClient client) {
            return client;
        }
        return rewind.client(maker instanceof Interceptor.Chain chain ? rewind.state(chain) : maker);
    }
}
