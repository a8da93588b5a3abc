package dev.weft.adapters.httpclient4;

import dev.weft.contract.Sabotage;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** The adapter with a bug where it hands the answer over. */
@Weave(type = "org.apache.http.impl.execchain.RetryExec", method = "execute", args = 4)
public final class FailingRetryExecHook implements Around {
    private final Mesh mesh;
    private final Aims aims = new Aims();

    public FailingRetryExecHook(Mesh mesh) {
        this.mesh = mesh;
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Hop.wants(mesh, args);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        return RetryExecHook.run(mesh, Sabotage.inDeliver(RetryExecHook.exchange(mesh, aims, self, args, original)));
    }
}
