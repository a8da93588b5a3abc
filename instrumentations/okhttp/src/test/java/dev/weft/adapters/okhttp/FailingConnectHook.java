package dev.weft.adapters.okhttp;

import dev.weft.contract.Sabotage;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** The adapter with a bug where it hands the answer over. */
@Weave(type = "okhttp3.internal.connection.ConnectInterceptor", method = "intercept", args = 1)
public final class FailingConnectHook implements Around {
    private final Mesh mesh;
    private final Aims aims = new Aims();
    private final Rewind rewind = Rewind.ofThisRelease();

    public FailingConnectHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return ConnectHook.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Exchange exchange = ConnectHook.exchange(aims, rewind, self, args, original);
        return exchange == null
                ? original.call(self, args)
                : ConnectHook.run(mesh, exchange, Sabotage.inDeliver(exchange));
    }
}
