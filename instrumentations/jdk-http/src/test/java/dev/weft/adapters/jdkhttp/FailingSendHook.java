package dev.weft.adapters.jdkhttp;

import dev.weft.contract.Sabotage;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.FutureExchange;
import java.util.concurrent.CompletableFuture;

/** The adapter with a bug where it hands the answer over. */
@Weave(
        type = "jdk.internal.net.http.HttpClientImpl",
        method = "sendAsync",
        args = 4,
        opens = {Internals.PACKAGE})
public final class FailingSendHook extends SendHook implements Around {
    public FailingSendHook(Mesh mesh) {
        super(mesh);
    }

    @Override
    <R, T> CompletableFuture<T> run(Mesh through, FutureExchange<R, T> exchange) {
        return super.run(through, Sabotage.inDeliver(exchange));
    }
}
