package dev.weft.agent.weave;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts call sites into a class. This is all the code we ever add to a library:
 *
 * <pre>{@code
 * AROUND  Object[] answer = indy(this, args);          BEFORE  Object[] changed = indy(this, args);
 *         if (answer != null) return answer[0];                if (changed != null) args = changed;
 *
 * AFTER   return indy(result, this, args);
 * }</pre>
 *
 * <p>Why it verifies without computing frames. A prologue runs where the frame is the method's
 * initial one, and it ends there: at its label the locals are the initial locals (BEFORE stores
 * values of the declared types) and the stack holds one array, which is one {@code F_SAME1}. The
 * frames that follow are deltas against locals that we left as they were. In a constructor those
 * include {@code uninitializedThis}, which a delta keeps, too; so BEFORE may run before
 * {@code super()}, as long as it doesn't touch {@code this}. AFTER branches nowhere.
 *
 * <p>References are passed as {@code Object}: the JVM resolves the types of a call site before our
 * bootstrap runs, and a parameter type that the application doesn't have must not become an error
 * that nobody can catch.
 *
 * <p>AROUND stands before BEFORE: the original runs the method again, its AROUND steps aside, and
 * BEFORE sees the arguments of each attempt once.
 */
final class Weaving extends ClassVisitor {
    private static final Handle LINK = new Handle(
            Opcodes.H_INVOKESTATIC,
            "java/lang/WeftLink",
            "link",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
                    + "Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;)Ljava/lang/invoke/CallSite;",
            false);
    private static final String OBJECT = "Ljava/lang/Object;";
    private static final String OBJECTS = "[Ljava/lang/Object;";

    private final List<Hook> hooks;

    private Weaving(ClassVisitor out, List<Hook> hooks) {
        super(Opcodes.ASM9, out);
        this.hooks = hooks;
    }

    static byte[] weave(ClassReader reader, List<Hook> hooks) {
        ClassWriter out = new ClassWriter(reader, 0);
        reader.accept(new Weaving(out, hooks), 0);
        return out.toByteArray();
    }

    /** Version 50 knows no invokedynamic. 51 differs from it in that alone, and in that frames are a must. */
    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        super.visit(version == Opcodes.V1_6 ? Opcodes.V1_7 : version, access, name, signature, superName, interfaces);
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String desc, @Nullable String signature, String @Nullable [] exceptions) {
        MethodVisitor out = super.visitMethod(access, name, desc, signature, exceptions);
        if ((access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0) {
            return out;
        }
        List<Hook> here = new ArrayList<>();
        for (Shape shape : Shape.values()) {
            for (Hook hook : hooks) {
                if (hook.shape() == shape && Survey.matches(hook, name, desc)) {
                    here.add(hook);
                }
            }
        }
        return here.isEmpty() ? out : new Body(out, access, name, desc, here);
    }

    private static final class Body extends MethodVisitor {
        private final boolean isStatic;
        private final boolean isConstructor;
        private final String name;
        private final String desc;
        private final Type[] args;
        private final Type result;
        private final List<Hook> hooks;

        Body(MethodVisitor out, int access, String name, String desc, List<Hook> hooks) {
            super(Opcodes.ASM9, out);
            this.isStatic = (access & Opcodes.ACC_STATIC) != 0;
            this.isConstructor = name.equals("<init>");
            this.name = name;
            this.desc = desc;
            this.args = Type.getArgumentTypes(desc);
            this.result = Type.getReturnType(desc);
            this.hooks = hooks;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            for (Hook hook : hooks) {
                if (hook.shape() == Shape.AROUND) {
                    Label body = prologue(hook, true);
                    push(0);
                    visitInsn(Opcodes.AALOAD);
                    unbox(result);
                    mv.visitInsn(result.getOpcode(Opcodes.IRETURN));
                    end(body);
                } else if (hook.shape() == Shape.BEFORE) {
                    Label body = prologue(hook, !isStatic && !isConstructor);
                    int slot = isStatic ? 0 : 1;
                    for (int i = 0; i < args.length; i++) {
                        visitInsn(Opcodes.DUP);
                        push(i);
                        visitInsn(Opcodes.AALOAD);
                        unbox(args[i]);
                        visitVarInsn(args[i].getOpcode(Opcodes.ISTORE), slot);
                        slot += args[i].getSize();
                    }
                    end(body);
                }
            }
        }

        private Label prologue(Hook hook, boolean withSelf) {
            String site = load(withSelf);
            indy(hook, "(" + site + ")" + OBJECTS);
            Label body = new Label();
            visitInsn(Opcodes.DUP);
            visitJumpInsn(Opcodes.IFNULL, body);
            return body;
        }

        private void end(Label body) {
            visitLabel(body);
            visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {OBJECTS});
            visitInsn(Opcodes.POP);
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                for (Hook hook : hooks) {
                    if (hook.shape() == Shape.AFTER) {
                        String site = load(!isStatic);
                        String value = result == Type.VOID_TYPE ? "" : erased(result);
                        indy(hook, "(" + value + site + ")" + (value.isEmpty() ? "V" : value));
                        cast(result);
                    }
                }
            }
            super.visitInsn(opcode);
        }

        /** The most that stands on the stack beside what the method had there: all arguments, or an array twice and a long. */
        @Override
        public void visitMaxs(int stack, int locals) {
            int own = Math.max(4, Type.getArgumentsAndReturnSizes(desc) >> 2);
            super.visitMaxs(stack + own, locals);
        }

        private void indy(Hook hook, String type) {
            String shape = hook.shape().name().toLowerCase(Locale.ROOT);
            visitInvokeDynamicInsn(shape, type, LINK, hook.adapter(), name, desc);
        }

        /** Loads this and the arguments; answers their erased descriptors. */
        private String load(boolean withSelf) {
            StringBuilder types = new StringBuilder();
            if (withSelf) {
                visitVarInsn(Opcodes.ALOAD, 0);
                types.append(OBJECT);
            }
            int slot = isStatic ? 0 : 1;
            for (Type arg : args) {
                visitVarInsn(arg.getOpcode(Opcodes.ILOAD), slot);
                slot += arg.getSize();
                types.append(erased(arg));
            }
            return types.toString();
        }

        private static String erased(Type type) {
            return type.getSort() >= Type.ARRAY ? OBJECT : type.getDescriptor();
        }

        private void push(int i) {
            visitIntInsn(i <= Byte.MAX_VALUE ? Opcodes.BIPUSH : Opcodes.SIPUSH, i);
        }

        private void cast(Type type) {
            if (type.getSort() >= Type.ARRAY && !type.getDescriptor().equals(OBJECT)) {
                visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
            }
        }

        private void unbox(Type type) {
            switch (type.getSort()) {
                case Type.VOID -> visitInsn(Opcodes.POP);
                case Type.BOOLEAN -> unbox("java/lang/Boolean", "booleanValue", type);
                case Type.CHAR -> unbox("java/lang/Character", "charValue", type);
                case Type.BYTE -> unbox("java/lang/Byte", "byteValue", type);
                case Type.SHORT -> unbox("java/lang/Short", "shortValue", type);
                case Type.INT -> unbox("java/lang/Integer", "intValue", type);
                case Type.LONG -> unbox("java/lang/Long", "longValue", type);
                case Type.FLOAT -> unbox("java/lang/Float", "floatValue", type);
                case Type.DOUBLE -> unbox("java/lang/Double", "doubleValue", type);
                default -> cast(type);
            }
        }

        private void unbox(String box, String method, Type type) {
            visitTypeInsn(Opcodes.CHECKCAST, box);
            visitMethodInsn(Opcodes.INVOKEVIRTUAL, box, method, "()" + type.getDescriptor(), false);
        }
    }
}
