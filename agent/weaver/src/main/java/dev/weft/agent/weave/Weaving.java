package dev.weft.agent.weave;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Shape;
import java.util.ArrayList;
import java.util.List;
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
 * AROUND  if (wants(this, args)) {                     BEFORE  Object[] changed = before(this, args);
 *             Object[] answer = around(this, args);            if (changed != null) args = changed;
 *             if (answer != null) return answer[0];
 *         }                                            AFTER   return after(result, this, args);
 * }</pre>
 *
 * <p>Each of these four calls is an invokedynamic, and {@code args} a new {@code Object[]} each time: the one
 * for {@code wants} doesn't live longer than the call, so that a compiled method never allocates it.
 *
 * <p>Why it verifies without computing frames. A prologue runs where the frame is the method's
 * initial one, and it ends there: at its labels the locals are the initial locals (BEFORE stores
 * values of the declared types) and the stack holds one array or nothing, which is an {@code F_SAME1}
 * or {@code F_SAME}. The frames that follow are deltas against locals that we left as they were. In a
 * constructor those include {@code uninitializedThis}, which a delta keeps, too; so BEFORE may run
 * before {@code super()}, as long as it doesn't touch {@code this}. AFTER branches nowhere.
 *
 * <p>A call site has no type of the application's in it: the JVM resolves those before our bootstrap
 * runs, and a parameter type that the application doesn't have must not become an error that nobody
 * can catch. Since the types are the same everywhere, all sites share the few classes that linking
 * generates, which is most of what linking costs.
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

    /** What each call takes and answers. */
    static final String WANTS = "(Ljava/lang/Object;[Ljava/lang/Object;)Z";

    static final String AROUND = "(Ljava/lang/Object;[Ljava/lang/Object;)[Ljava/lang/Object;";
    static final String BEFORE = AROUND;
    static final String AFTER = "(Ljava/lang/Object;Ljava/lang/Object;[Ljava/lang/Object;)Ljava/lang/Object;";

    private static final String OBJECT = "java/lang/Object";
    private static final String OBJECTS = "[Ljava/lang/Object;";

    private final List<Hook> hooks;

    private Weaving(ClassVisitor out, List<Hook> hooks) {
        super(Opcodes.ASM9, out);
        this.hooks = hooks;
    }

    static byte[] weave(ClassReader reader, List<Hook> hooks, ClassWriter out) {
        reader.accept(new Weaving(out, hooks), 0);
        return out.toByteArray();
    }

    /** 49 and 50 know no invokedynamic. 51 differs from them in that alone, and in that frames are a must. */
    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        super.visit(raised(version), access, name, signature, superName, interfaces);
    }

    private static int raised(int version) {
        return version == Opcodes.V1_5 || version == Opcodes.V1_6 ? Opcodes.V1_7 : version;
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
                    around(hook);
                } else if (hook.shape() == Shape.BEFORE) {
                    before(hook);
                }
            }
        }

        private void around(Hook hook) {
            Label body = new Label();
            load(true);
            site(hook, "wants", WANTS);
            visitJumpInsn(Opcodes.IFEQ, body);
            load(true);
            site(hook, "around", AROUND);
            Label unanswered = unlessNull();
            push(0);
            visitInsn(Opcodes.AALOAD);
            unbox(result);
            mv.visitInsn(result.getOpcode(Opcodes.IRETURN));
            end(unanswered);
            visitLabel(body);
            visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            visitInsn(Opcodes.NOP); // the body may begin with a frame of its own, and no two share a place
        }

        private void before(Hook hook) {
            load(!isStatic && !isConstructor);
            site(hook, "before", BEFORE);
            Label body = unlessNull();
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

        private Label unlessNull() {
            Label isNull = new Label();
            visitInsn(Opcodes.DUP);
            visitJumpInsn(Opcodes.IFNULL, isNull);
            return isNull;
        }

        private void end(Label isNull) {
            visitLabel(isNull);
            visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {OBJECTS});
            visitInsn(Opcodes.POP);
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
                for (Hook hook : hooks) {
                    if (hook.shape() == Shape.AFTER) {
                        box(result);
                        load(!isStatic);
                        site(hook, "after", AFTER);
                        unbox(result);
                    }
                }
            }
            super.visitInsn(opcode);
        }

        /** Beside what the method has there: a result, this, the array twice, an index and a long. */
        @Override
        public void visitMaxs(int stack, int locals) {
            super.visitMaxs(stack + 7, locals);
        }

        private void site(Hook hook, String call, String type) {
            visitInvokeDynamicInsn(call, type, LINK, hook.adapter(), name, desc);
        }

        /** Puts this, or null, and the arguments in a new array on the stack. */
        private void load(boolean self) {
            if (self) {
                visitVarInsn(Opcodes.ALOAD, 0);
            } else {
                visitInsn(Opcodes.ACONST_NULL);
            }
            push(args.length);
            visitTypeInsn(Opcodes.ANEWARRAY, OBJECT);
            int slot = isStatic ? 0 : 1;
            for (int i = 0; i < args.length; i++) {
                visitInsn(Opcodes.DUP);
                push(i);
                visitVarInsn(args[i].getOpcode(Opcodes.ILOAD), slot);
                box(args[i]);
                visitInsn(Opcodes.AASTORE);
                slot += args[i].getSize();
            }
        }

        private void push(int i) {
            visitIntInsn(i <= Byte.MAX_VALUE ? Opcodes.BIPUSH : Opcodes.SIPUSH, i);
        }

        private void box(Type type) {
            String box = box(type.getSort());
            if (box != null) {
                visitMethodInsn(
                        Opcodes.INVOKESTATIC, box, "valueOf", "(" + type.getDescriptor() + ")L" + box + ";", false);
            } else if (type.getSort() == Type.VOID) {
                visitInsn(Opcodes.ACONST_NULL);
            }
        }

        private void unbox(Type type) {
            String box = box(type.getSort());
            if (box != null) {
                visitTypeInsn(Opcodes.CHECKCAST, box);
                visitMethodInsn(
                        Opcodes.INVOKEVIRTUAL, box, type.getClassName() + "Value", "()" + type.getDescriptor(), false);
            } else if (type.getSort() == Type.VOID) {
                visitInsn(Opcodes.POP);
            } else if (!type.getInternalName().equals(OBJECT)) {
                visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
            }
        }

        private static @Nullable String box(int sort) {
            return switch (sort) {
                case Type.BOOLEAN -> "java/lang/Boolean";
                case Type.CHAR -> "java/lang/Character";
                case Type.BYTE -> "java/lang/Byte";
                case Type.SHORT -> "java/lang/Short";
                case Type.INT -> "java/lang/Integer";
                case Type.LONG -> "java/lang/Long";
                case Type.FLOAT -> "java/lang/Float";
                case Type.DOUBLE -> "java/lang/Double";
                default -> null;
            };
        }
    }
}
