package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shortens the time for connecting to what the cluster allows. */
@Weave(
        type = "jdk.internal.net.http.MultiExchange",
        method = "remainingConnectTimeout",
        args = 0,
        opens = {Internals.PACKAGE})
public final class ConnectLimitHook implements After {
    public ConnectLimitHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Aim aim = Aims.of(Internals.current(Objects.requireNonNull(self)));
        if (aim == null || aim.attempt().connectTimeout() == Long.MAX_VALUE) {
            return result;
        }
        var limit = Duration.ofNanos(aim.attempt().connectTimeout());
        return result instanceof Optional<?> own
                        && own.isPresent()
                        && own.get() instanceof Duration asked
                        && asked.compareTo(limit) < 0
                ? result
                : Optional.of(limit);
    }
}
