package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Where an answer leaves the last link of the chain: above it the context names what the application asked for. */
@Weave(type = "org.apache.http.impl.execchain.MainClientExec", method = "execute", args = 4)
public final class MainExecEndHook implements After {
    public MainExecEndHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Sending sending = Sending.current();
        if (sending != null && sending.isCompletedIn(args[2])) {
            sending.restoreName();
        }
        return result;
    }
}
