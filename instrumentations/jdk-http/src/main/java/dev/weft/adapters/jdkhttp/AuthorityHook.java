package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where {@code :authority} is made of the URI of an HTTP/2 request: with the host that a rule says instead. */
@Weave(
        type = "jdk.internal.net.http.Stream",
        method = "createPseudoHeaders",
        args = 1,
        opens = {Internals.PACKAGE})
public final class AuthorityHook implements After {
    public AuthorityHook(Mesh mesh) {}

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        Aim aim = Aims.of(args[0]);
        String host = aim == null ? null : aim.attempt().authority();
        if (host == null || !(result instanceof HttpHeaders made)) {
            return result;
        }
        Map<String, List<String>> headers = new TreeMap<>(made.map());
        headers.put(":authority", List.of(host));
        return HttpHeaders.of(headers, (name, value) -> true);
    }
}
