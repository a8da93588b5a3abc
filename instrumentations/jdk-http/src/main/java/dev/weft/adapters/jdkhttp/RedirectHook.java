package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.net.http.HttpRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a redirect to the same place at the endpoint of its attempt. One to another place is not
 * followed here: it ends the attempt, and {@link JdkExchange#deliver} looks the new place up.
 */
@Weave(
        type = "jdk.internal.net.http.RedirectFilter",
        method = "response",
        args = 1,
        opens = {Internals.PACKAGE})
public final class RedirectHook implements After {
    public RedirectHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (!(result instanceof HttpRequest next)) {
            return result;
        }
        Aim aim = Aims.of(Internals.answered(Objects.requireNonNull(args[0])));
        if (aim == null) {
            return result;
        }
        if (!JdkRequest.sameAuthority(aim.uri(), next.uri())) {
            aim.goOnwards(next);
            return null;
        }
        aim.answered();
        Aims.put(next, aim);
        return result;
    }
}
