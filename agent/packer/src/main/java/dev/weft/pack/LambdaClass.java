package dev.weft.pack;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The class that a lambda becomes: fields for what it captured, one method. It reaches its body
 * through a static method beside the lambda, which may call what is private there. A lambda that
 * captures nothing is one object, as it was before.
 */
final class LambdaClass {
    private LambdaClass() {}

    /** The descriptor of the static way to a method: with its receiver as first parameter, or what it makes. */
    static String way(Handle target) {
        Type method = Type.getMethodType(target.getDesc());
        String parameters = target.getDesc().substring(1, target.getDesc().indexOf(')'));
        return switch (target.getTag()) {
            case Opcodes.H_NEWINVOKESPECIAL -> "(" + parameters + ")L" + target.getOwner() + ";";
            case Opcodes.H_INVOKESTATIC -> target.getDesc();
            default ->
                "(" + Type.getObjectType(target.getOwner()).getDescriptor() + parameters + ")"
                        + method.getReturnType().getDescriptor();
        };
    }

    /** The static way's code. */
    static void writeWay(MethodVisitor out, Handle target, String way) {
        out.visitCode();
        boolean makes = target.getTag() == Opcodes.H_NEWINVOKESPECIAL;
        if (makes) {
            out.visitTypeInsn(Opcodes.NEW, target.getOwner());
            out.visitInsn(Opcodes.DUP);
        }
        int slot = 0;
        for (Type parameter : Type.getArgumentTypes(way)) {
            out.visitVarInsn(parameter.getOpcode(Opcodes.ILOAD), slot);
            slot += parameter.getSize();
        }
        int opcode = switch (target.getTag()) {
            case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
            case Opcodes.H_INVOKEVIRTUAL -> Opcodes.INVOKEVIRTUAL;
            case Opcodes.H_INVOKEINTERFACE -> Opcodes.INVOKEINTERFACE;
            default -> Opcodes.INVOKESPECIAL;
        };
        out.visitMethodInsn(opcode, target.getOwner(), target.getName(), target.getDesc(), target.isInterface());
        Type result = Type.getReturnType(way);
        out.visitInsn(result.getOpcode(Opcodes.IRETURN));
        out.visitMaxs(slot + (makes ? 2 : 0) + result.getSize(), slot);
        out.visitEnd();
    }

    /**
     * @param type captured values to the interface
     * @param erased the interface's method as declared
     * @param exact the same with the type arguments of this use
     */
    static byte[] make(String name, String method, String type, Type erased, Type exact, Handle way) {
        ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        String[] interfaces = {Type.getReturnType(type).getInternalName()};
        int access = Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC;
        out.visit(Opcodes.V17, access, name, null, "java/lang/Object", interfaces);
        Type[] captured = Type.getArgumentTypes(type);
        for (int i = 0; i < captured.length; i++) {
            int field = Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL;
            out.visitField(field, "c" + i, captured[i].getDescriptor(), null, null)
                    .visitEnd();
        }
        constructor(out, name, captured);
        maker(out, name, type, captured);
        body(out, name, method, captured, erased, exact, way);
        out.visitEnd();
        return out.toByteArray();
    }

    private static void constructor(ClassWriter out, String name, Type[] captured) {
        MethodVisitor init = out.visitMethod(
                Opcodes.ACC_PRIVATE, "<init>", Type.getMethodDescriptor(Type.VOID_TYPE, captured), null, null);
        init.visitCode();
        init.visitVarInsn(Opcodes.ALOAD, 0);
        init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        int slot = 1;
        for (int i = 0; i < captured.length; i++) {
            init.visitVarInsn(Opcodes.ALOAD, 0);
            init.visitVarInsn(captured[i].getOpcode(Opcodes.ILOAD), slot);
            init.visitFieldInsn(Opcodes.PUTFIELD, name, "c" + i, captured[i].getDescriptor());
            slot += captured[i].getSize();
        }
        init.visitInsn(Opcodes.RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
    }

    private static void maker(ClassWriter out, String name, String type, Type[] captured) {
        String itself = "L" + name + ";";
        String init = Type.getMethodDescriptor(Type.VOID_TYPE, captured);
        if (captured.length == 0) {
            int field = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
            out.visitField(field, "ONE", itself, null, null).visitEnd();
            MethodVisitor first = out.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
            first.visitCode();
            first.visitTypeInsn(Opcodes.NEW, name);
            first.visitInsn(Opcodes.DUP);
            first.visitMethodInsn(Opcodes.INVOKESPECIAL, name, "<init>", init, false);
            first.visitFieldInsn(Opcodes.PUTSTATIC, name, "ONE", itself);
            first.visitInsn(Opcodes.RETURN);
            first.visitMaxs(0, 0);
            first.visitEnd();
        }
        MethodVisitor make = out.visitMethod(Opcodes.ACC_STATIC, "make", type, null, null);
        make.visitCode();
        if (captured.length == 0) {
            make.visitFieldInsn(Opcodes.GETSTATIC, name, "ONE", itself);
        } else {
            make.visitTypeInsn(Opcodes.NEW, name);
            make.visitInsn(Opcodes.DUP);
            int slot = 0;
            for (Type each : captured) {
                make.visitVarInsn(each.getOpcode(Opcodes.ILOAD), slot);
                slot += each.getSize();
            }
            make.visitMethodInsn(Opcodes.INVOKESPECIAL, name, "<init>", init, false);
        }
        make.visitInsn(Opcodes.ARETURN);
        make.visitMaxs(0, 0);
        make.visitEnd();
    }

    private static void body(
            ClassWriter out, String name, String method, Type[] captured, Type erased, Type exact, Handle way) {
        MethodVisitor body = out.visitMethod(Opcodes.ACC_PUBLIC, method, erased.getDescriptor(), null, null);
        body.visitCode();
        Type[] wanted = Type.getArgumentTypes(way.getDesc());
        for (int i = 0; i < captured.length; i++) {
            body.visitVarInsn(Opcodes.ALOAD, 0);
            body.visitFieldInsn(Opcodes.GETFIELD, name, "c" + i, captured[i].getDescriptor());
        }
        Type[] given = erased.getArgumentTypes();
        Type[] known = exact.getArgumentTypes();
        int slot = 1;
        for (int i = 0; i < given.length; i++) {
            body.visitVarInsn(given[i].getOpcode(Opcodes.ILOAD), slot);
            slot += given[i].getSize();
            Conversion.cast(body, given[i], known[i]);
            Conversion.convert(body, known[i], wanted[captured.length + i]);
        }
        body.visitMethodInsn(Opcodes.INVOKESTATIC, way.getOwner(), way.getName(), way.getDesc(), way.isInterface());
        Type result = Type.getReturnType(way.getDesc());
        if (erased.getReturnType() == Type.VOID_TYPE) {
            if (result.getSize() > 0) {
                body.visitInsn(result.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
            }
        } else {
            Conversion.convert(body, result, exact.getReturnType());
        }
        body.visitInsn(erased.getReturnType().getOpcode(Opcodes.IRETURN));
        body.visitMaxs(0, 0);
        body.visitEnd();
    }
}
