package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import okhttp3.internal.connection.Exchange;
import org.jspecify.annotations.Nullable;

/** Where an attempt has got its connection. Its first argument says whose it is. */
@Weave(type = "okhttp3.internal.connection.Exchange", method = "<init>")
public final class ExchangeHook implements After {
    public ExchangeHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Sending sending = Sending.current();
        if (sending != null && sending.isOf(args[0]) && self instanceof Exchange exchange) {
            sending.connected(exchange);
        }
        return result;
    }
}
