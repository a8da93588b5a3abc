package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import java.util.Objects;
import okhttp3.Address;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where the library makes an address: to 4.3, to 4.12, from 5.0 and from 5.4. It does so for each call before we
 * know where that goes; the one of an attempt is aimed at its endpoint, and the same each time.
 */
@Weave(type = "okhttp3.internal.connection.Transmitter", method = "createAddress", args = 1)
@Weave(type = "okhttp3.internal.connection.RealCall", method = "createAddress", args = 1, optional = true)
@Weave(type = "okhttp3.OkHttpClient", method = "address", args = 1, optional = true)
@Weave(type = "okhttp3.internal.http.RealInterceptorChain", method = "address", args = 1, optional = true)
public final class AddressHook implements Around {
    public AddressHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        return sending != null && !sending.isAimed();
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Objects.requireNonNull(Sending.current());
        HttpUrl url = (HttpUrl) Objects.requireNonNull(args[0]);
        sending.takeAim();
        Aim aim = sending.aim();
        KeptAddress kept = aim.kept();
        if (kept == null || !kept.fits(url, sending.client(), self)) {
            var made = (Address) Objects.requireNonNull(original.call(self, args));
            kept = new KeptAddress(aim.at(made), sending.client(), self);
            aim.keep(kept);
        }
        return kept.address();
    }
}
