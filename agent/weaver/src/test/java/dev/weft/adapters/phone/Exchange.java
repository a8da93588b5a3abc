package dev.weft.adapters.phone;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.Refused;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import sample.Phone;

/** Takes calls over; the host says how it fails. */
@Weave(type = "sample.Phone", method = "call", args = 3)
final class Exchange implements Around {
    Exchange(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        if ("bug in wants".equals(args[0])) {
            throw new IllegalStateException("bug");
        }
        return !"elsewhere".equals(args[0]);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Phone phone = (Phone) self;
        switch (String.valueOf(args[0])) {
            case "bug before":
                throw new IllegalStateException("bug");
            case "bug after":
                original.call(phone, "first", 1, 0L);
                throw new IllegalStateException("bug");
            case "bug after failure":
                try {
                    original.call(phone, "nobody", 1, 0L);
                } catch (IllegalArgumentException failed) {
                    throw new IllegalStateException("bug", failed);
                }
                return "not reached";
            case "retry":
                try {
                    return original.call(phone, "nobody", 1, 0L);
                } catch (IllegalArgumentException failed) {
                    return original.call(phone, "second", 1, 0L);
                }
            case "library fails":
                return original.call(phone, "nobody", 1, 0L);
            case "refused":
                throw new Refused(new IOException("refused"));
            case "wrong type":
                return 5;
            case "wrong arguments":
                return original.call(phone, 1, 2);
            case "stack overflow":
                throw new StackOverflowError();
            case "local":
                return "local";
            default:
                return original.call(self, args);
        }
    }
}
