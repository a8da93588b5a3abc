package dev.weft.client.bootstrap;

import dev.weft.client.identity.ChannelTls;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A control plane: where it is and how it is talked to.
 *
 * @param tls null for plaintext
 * @param token file that holds a bearer token; null for none
 * @param features as the bootstrap file lists them; unknown ones mean nothing
 */
public record Server(
        Target target, @Nullable ChannelTls tls, @Nullable Path token, Set<String> features) {
    /** Resources that are gone or refused are dropped (gRFC A88), not kept. */
    public static final String FAIL_ON_DATA_ERRORS = "fail_on_data_errors";

    /** A name that is not answered is waited for twice as long, and is not taken for one that does not exist (gRFC A88). */
    public static final String RESOURCE_TIMER_IS_TRANSIENT_ERROR = "resource_timer_is_transient_error";

    /** It knows our registration. */
    public static final String REGISTRATION = "weft.registration";

    public Server {
        features = Set.copyOf(features);
        if (token != null && tls == null && !(target instanceof Target.Unix)) {
            throw new IllegalArgumentException(
                    "control plane " + target.authority() + ": a token is never sent without TLS");
        }
    }

    public static Server plaintext(Target target) {
        return new Server(target, null, null, Set.of());
    }
}
