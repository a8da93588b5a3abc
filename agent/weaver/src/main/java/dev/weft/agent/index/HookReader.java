package dev.weft.agent.index;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Opcodes;

/** The hooks that one class file's {@code @Weave} annotations declare. */
final class HookReader extends ClassVisitor {
    private static final String WEAVE = "Ldev/weft/engine/adapt/Weave;";
    private static final String ALL = "Ldev/weft/engine/adapt/Weave$All;";

    private final List<Hook> hooks = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>();
    private String adapter = "";

    private HookReader() {
        super(Opcodes.ASM9);
    }

    static List<Hook> of(byte[] bytes) {
        HookReader reader = new HookReader();
        new ClassReader(bytes).accept(reader, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
        return reader.hooks;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String[] interfaces) {
        adapter = name.replace('/', '.');
        for (String implemented : interfaces) {
            switch (implemented) {
                case "dev/weft/engine/adapt/Around" -> shapes.add(Shape.AROUND);
                case "dev/weft/engine/adapt/Before" -> shapes.add(Shape.BEFORE);
                case "dev/weft/engine/adapt/After" -> shapes.add(Shape.AFTER);
                default -> {}
            }
        }
    }

    @Override
    public @Nullable AnnotationVisitor visitAnnotation(String desc, boolean visible) {
        if (desc.equals(WEAVE)) {
            return new WeaveReader();
        }
        return desc.equals(ALL) ? new WeaveList() : null;
    }

    /** {@code value = {@Weave, @Weave}}. */
    private final class WeaveList extends AnnotationVisitor {
        WeaveList() {
            super(Opcodes.ASM9);
        }

        @Override
        public AnnotationVisitor visitArray(String name) {
            return this;
        }

        @Override
        public AnnotationVisitor visitAnnotation(@Nullable String name, String desc) {
            return new WeaveReader();
        }
    }

    private final class WeaveReader extends AnnotationVisitor {
        private String type = "";
        private String method = "";
        private int args = -1;
        private String desc = "";
        private boolean optional;
        private final List<String> opens = new ArrayList<>();

        WeaveReader() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(String name, Object value) {
            switch (name) {
                case "type" -> type = (String) value;
                case "method" -> method = (String) value;
                case "args" -> args = (Integer) value;
                case "desc" -> desc = (String) value;
                case "optional" -> optional = (Boolean) value;
                default -> throw new IllegalArgumentException(adapter + ": @Weave has an unknown " + name);
            }
        }

        @Override
        public AnnotationVisitor visitArray(String name) {
            return new AnnotationVisitor(Opcodes.ASM9) {
                @Override
                public void visit(@Nullable String none, Object value) {
                    Collections.addAll(opens, ((String) value).split(","));
                }
            };
        }

        @Override
        public void visitEnd() {
            if (shapes.size() != 1) {
                throw new IllegalArgumentException(
                        adapter + " must implement exactly one of Around, Before, After itself");
            }
            hooks.add(new Hook(shapes.get(0), type, method, args, desc, opens, adapter, optional));
        }
    }
}
