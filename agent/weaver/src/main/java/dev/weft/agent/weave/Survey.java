package dev.weft.agent.weave;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The look at a class before it is woven: which hooks find their method, and what would make the
 * woven class fail verification, which is the one failure that would break the application.
 */
final class Survey extends ClassVisitor {
    private final List<Hook> hooks;
    /** By identity, like all maps of hooks: what records answer for equals is linked at run time, with dozens of classes. */
    private final IdentityHashMap<Hook, String> refused = new IdentityHashMap<>();

    private final IdentityHashMap<Hook, Boolean> found = new IdentityHashMap<>();
    private int version;
    private boolean lacksFrames;
    private boolean hasSubroutines;

    private Survey(List<Hook> hooks) {
        super(Opcodes.ASM9);
        this.hooks = hooks;
    }

    static Survey of(ClassReader reader, List<Hook> hooks) {
        Survey survey = new Survey(hooks);
        reader.accept(survey, ClassReader.SKIP_DEBUG);
        for (Hook hook : hooks) {
            if (survey.version < Opcodes.V1_5) {
                survey.refused.put(hook, "class file version " + survey.version + " is too old for invokedynamic");
            } else if (survey.hasSubroutines) {
                survey.refused.put(hook, "class file with subroutines (jsr)");
            } else if (!survey.found.containsKey(hook) && !hook.optional()) {
                survey.refused.put(hook, "there is no such method");
            }
        }
        return survey;
    }

    /** Whether the class does without the method, as it may. */
    boolean doesWithout(Hook hook) {
        return hook.optional() && !found.containsKey(hook);
    }

    /** Why each hook that can't be woven can't. */
    IdentityHashMap<Hook, String> refusals() {
        return refused;
    }

    /**
     * Whether frames have to be computed, which a version from 51 on needs. The version doesn't tell: a class
     * that once was woven, and is no longer, can come back as a 51 without frames.
     */
    boolean lacksFrames() {
        return lacksFrames;
    }

    static boolean matches(Hook hook, String name, String desc) {
        return hook.method().equals(name)
                && (hook.desc().isEmpty() || hook.desc().equals(desc))
                && (hook.args() < 0 || hook.args() == Type.getArgumentTypes(desc).length);
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        this.version = version & 0xffff;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String desc, @Nullable String signature, String @Nullable [] exceptions) {
        List<Hook> after = new ArrayList<>();
        for (Hook hook : hooks) {
            if (!matches(hook, name, desc)) {
                continue;
            }
            if ((access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0) {
                continue;
            }
            found.put(hook, true);
            if (hook.shape() == Shape.AROUND && ((access & Opcodes.ACC_STATIC) != 0 || name.startsWith("<"))) {
                refused.put(hook, "AROUND needs an object: the method is static or a constructor");
            } else if (hook.shape() == Shape.AFTER) {
                after.add(hook);
            }
        }
        int parameters = Type.getArgumentsAndReturnSizes(desc) >> 2;
        int slots = (access & Opcodes.ACC_STATIC) != 0 ? parameters - 1 : parameters;
        return after.isEmpty() && version > Opcodes.V1_7 ? null : new Body(after, slots);
    }

    private final class Body extends MethodVisitor {
        private final List<Hook> after;
        private final int parameterSlots;
        private boolean branches;
        private boolean frames;

        Body(List<Hook> after, int parameterSlots) {
            super(Opcodes.ASM9);
            this.after = after;
            this.parameterSlots = parameterSlots;
        }

        /** AFTER reads the parameters at each return; what a compiler has put there since, only its frames know. */
        @Override
        public void visitVarInsn(int opcode, int slot) {
            if (opcode >= Opcodes.ISTORE && opcode <= Opcodes.ASTORE && slot < parameterSlots) {
                for (Hook hook : after) {
                    refused.put(hook, "AFTER needs the arguments: the method assigns to its parameters");
                }
            }
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            branches = true;
            hasSubroutines |= opcode == Opcodes.JSR;
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label other, Label... labels) {
            branches = true;
        }

        @Override
        public void visitLookupSwitchInsn(Label other, int[] keys, Label[] labels) {
            branches = true;
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
            branches = true;
        }

        @Override
        public void visitFrame(int type, int locals, Object @Nullable [] local, int stack, Object @Nullable [] items) {
            frames = true;
        }

        @Override
        public void visitEnd() {
            lacksFrames |= branches && !frames;
        }
    }
}
