package dev.weft.agent.weave;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Original;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/**
 * Weaves and links a class of our own, for nobody. What the first woven class and the first linked site need
 * is loaded, verified and opened meanwhile, on a thread of its own and while the application is still busy with
 * its launcher; its main thread would otherwise spend tens of milliseconds on it. Nothing waits for it.
 */
final class Rehearsal implements Runnable {
    private final Weaver weaver;
    private final Linker linker;

    Rehearsal(Weaver weaver, Linker linker) {
        this.weaver = weaver;
        this.linker = linker;
    }

    @Override
    public void run() {
        try {
            weave();
            weaver.prepare();
            Part part = new Part();
            link(Shape.AROUND, "wants", Weaving.WANTS, part);
            link(Shape.AROUND, "around", Weaving.AROUND, part);
            link(Shape.BEFORE, "before", Weaving.BEFORE, part);
            link(Shape.AFTER, "after", Weaving.AFTER, part);
        } catch (Throwable failed) {
            weaver.unprepared(failed);
        }
    }

    private static void weave() throws Exception {
        String file = "Rehearsal$Part.class";
        try (InputStream in = Rehearsal.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new FileNotFoundException(file);
            }
            List<Hook> hooks = new ArrayList<>();
            for (Shape shape : Shape.values()) {
                hooks.add(hook(shape));
            }
            ClassReader reader = new ClassReader(in.readAllBytes());
            Survey.of(reader, hooks);
            Weaving.weave(reader, hooks, new ClassWriter(reader, 0));
        }
    }

    private static Hook hook(Shape shape) {
        return new Hook(shape, Part.class.getName(), "around", -1, "", List.of(), Part.class.getName(), false);
    }

    private void link(Shape shape, String call, String type, Part part) throws ReflectiveOperationException {
        Site site = new Site(
                linker,
                MethodHandles.lookup(),
                call,
                MethodType.fromMethodDescriptorString(type, null),
                "around",
                "()V",
                new Standing("rehearsal", hook(shape), null));
        site.bind(part);
        linker.arm(site);
    }

    /** An adapter of every shape, and the class that it is woven into. */
    private static final class Part implements Around, Before, After {
        @Override
        public boolean wants(Object self, @Nullable Object[] args) {
            return false;
        }

        @Override
        public @Nullable Object around(Object self, @Nullable Object[] args, Original original) {
            return null;
        }

        @Override
        public void before(@Nullable Object self, @Nullable Object[] args) {}

        @Override
        public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
            return result;
        }
    }
}
