package dev.weft.adapters.leaving;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Leaver;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import sample.Phone;

/** Remembers phones, and tells them when it leaves. */
@Weave(type = "sample.Phone", method = "hangUp")
final class Note implements Before, Leaver {
    private final List<Phone> phones = new CopyOnWriteArrayList<>();

    Note(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        phones.add((Phone) self);
    }

    @Override
    public void leave() {
        for (Phone phone : phones) {
            phone.hangUp("left");
        }
    }
}
