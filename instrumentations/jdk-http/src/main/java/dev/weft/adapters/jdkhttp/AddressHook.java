package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** Answers with the endpoint's address, before the logical name is looked up in DNS. */
@Weave(
        type = "jdk.internal.net.http.HttpRequestImpl",
        method = "getAddress",
        args = 0,
        opens = {Internals.PACKAGE})
public final class AddressHook implements Around {
    public AddressHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Aims.of(self) != null;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Aim aim = Aims.of(self);
        if (aim == null) {
            return original.call(self, args);
        }
        if (aim.tls() && !Internals.isSecure(self)) {
            // SecureHook stands no more; the request would go to this address in the clear.
            throw new Refused(new ConnectException("TLS is required and can't be had: the mesh is being switched off"));
        }
        return aim.address();
    }
}
