package dev.weft.agent.index;

import dev.weft.agent.adapter.Reference;
import dev.weft.agent.adapter.Reference.Kind;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * All that one class file refers to. What the JDK's {@code java.*} and the engine have is not the
 * library's; what the same module has is followed by {@link ModuleIndex}.
 */
final class ReferenceCollector extends ClassVisitor {
    private final Set<Reference> references = new TreeSet<>();
    private final MethodVisitor body = new Body();

    private ReferenceCollector() {
        super(Opcodes.ASM9);
    }

    static Set<Reference> of(byte[] bytes) {
        ReferenceCollector collector = new ReferenceCollector();
        new ClassReader(bytes).accept(collector, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return collector.references;
    }

    @Override
    public void visit(
            int version, int access, String name, @Nullable String signature, String superName, String[] interfaces) {
        type(Kind.SUPERCLASS, superName);
        for (String implemented : interfaces) {
            type(Kind.INTERFACE, implemented);
        }
    }

    @Override
    public FieldVisitor visitField(
            int access, String name, String desc, @Nullable String signature, @Nullable Object value) {
        type(Type.getType(desc));
        return new FieldVisitor(Opcodes.ASM9) {};
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String desc, @Nullable String signature, String @Nullable [] exceptions) {
        return body;
    }

    private void type(Kind kind, String internal) {
        Type type = Type.getObjectType(internal);
        if (type.getSort() == Type.ARRAY) {
            type(type);
        } else if (!internal.startsWith("java/")) {
            references.add(Reference.type(kind, internal));
        }
    }

    private void type(Type type) {
        Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
        if (element.getSort() == Type.OBJECT) {
            type(Kind.CLASS, element.getInternalName());
        }
    }

    private void member(Kind kind, String owner, String name, String desc) {
        if (!owner.startsWith("java/") && !owner.startsWith("[")) {
            references.add(new Reference(kind, owner, name, desc));
        }
    }

    private void constant(@Nullable Object constant) {
        if (constant instanceof Type type && type.getSort() != Type.METHOD) {
            type(type);
        } else if (constant instanceof Handle handle) {
            Kind kind = switch (handle.getTag()) {
                case Opcodes.H_GETFIELD, Opcodes.H_PUTFIELD -> Kind.FIELD;
                case Opcodes.H_GETSTATIC, Opcodes.H_PUTSTATIC -> Kind.STATIC_FIELD;
                case Opcodes.H_INVOKESTATIC -> Kind.STATIC_METHOD;
                case Opcodes.H_INVOKEINTERFACE -> Kind.INTERFACE_METHOD;
                default -> Kind.METHOD;
            };
            member(kind, handle.getOwner(), handle.getName(), handle.getDesc());
        }
    }

    private final class Body extends MethodVisitor {
        Body() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            type(Kind.CLASS, type);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String desc) {
            boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
            member(isStatic ? Kind.STATIC_FIELD : Kind.FIELD, owner, name, desc);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String desc, boolean isInterface) {
            Kind kind = opcode == Opcodes.INVOKESTATIC
                    ? Kind.STATIC_METHOD
                    : isInterface ? Kind.INTERFACE_METHOD : Kind.METHOD;
            member(kind, owner, name, desc);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String desc, Handle bootstrap, Object... arguments) {
            type(Type.getReturnType(desc));
            for (Object argument : arguments) {
                constant(argument);
            }
        }

        @Override
        public void visitLdcInsn(Object value) {
            constant(value);
        }

        @Override
        public void visitMultiANewArrayInsn(String desc, int dimensions) {
            type(Type.getType(desc));
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
            if (type != null) {
                type(Kind.CLASS, type);
            }
        }
    }
}
