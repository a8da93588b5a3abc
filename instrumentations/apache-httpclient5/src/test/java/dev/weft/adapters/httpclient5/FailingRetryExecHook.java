package dev.weft.adapters.httpclient5;

import dev.weft.contract.Sabotage;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** The adapter with a bug where it hands the answer over. */
@Weave(type = "org.apache.hc.client5.http.impl.classic.HttpRequestRetryExec", method = "execute", args = 3)
public final class FailingRetryExecHook implements Around {
    private final Mesh mesh;
    private final Routes routes = new Routes();

    public FailingRetryExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return ChainWay.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Exchange exchange = RetryExecHook.exchange(mesh, routes, self, args, original);
        return exchange == null ? original.call(self, args) : RetryExecHook.run(mesh, Sabotage.inDeliver(exchange));
    }
}
