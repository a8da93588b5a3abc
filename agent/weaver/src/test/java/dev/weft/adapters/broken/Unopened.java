package dev.weft.adapters.broken;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import org.jspecify.annotations.Nullable;

/** Names a module that no JVM has, and a method that has no object. */
@Weave(type = "sample.Phone", method = "call", opens = "java.nowhere/java.nowhere")
@Weave(type = "sample.Phone", method = "free")
final class Unopened implements Around {
    Unopened(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return true;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) {
        return "not reached";
    }
}
