package dev.weft.pack;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** {@code equals}, {@code hashCode} or {@code toString} of a record, as its compiler would write them by hand. */
final class RecordMethod {
    private RecordMethod() {}

    /** @param args the record's class, its component names, a handle to each field (ObjectMethods.bootstrap) */
    static void write(MethodVisitor out, String name, String owner, Object[] args) {
        out.visitCode();
        switch (name) {
            case "equals" -> equality(out, owner, args);
            case "hashCode" -> hash(out, args);
            default -> text(out, owner, args);
        }
        out.visitEnd();
    }

    private static void field(MethodVisitor out, Handle field) {
        out.visitFieldInsn(Opcodes.GETFIELD, field.getOwner(), field.getName(), field.getDesc());
    }

    private static String box(Type type) {
        String box = type.getClassName();
        return switch (type.getSort()) {
            case Type.INT -> "java/lang/Integer";
            case Type.CHAR -> "java/lang/Character";
            default -> "java/lang/" + Character.toUpperCase(box.charAt(0)) + box.substring(1);
        };
    }

    private static void equality(MethodVisitor out, String owner, Object[] args) {
        Label other = new Label();
        Label differs = new Label();
        out.visitVarInsn(Opcodes.ALOAD, 0);
        out.visitVarInsn(Opcodes.ALOAD, 1);
        out.visitJumpInsn(Opcodes.IF_ACMPNE, other);
        out.visitInsn(Opcodes.ICONST_1);
        out.visitInsn(Opcodes.IRETURN);
        out.visitLabel(other);
        out.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        out.visitVarInsn(Opcodes.ALOAD, 1);
        out.visitTypeInsn(Opcodes.INSTANCEOF, owner);
        out.visitJumpInsn(Opcodes.IFEQ, differs);
        for (int i = 2; i < args.length; i++) {
            Handle field = (Handle) args[i];
            Type type = Type.getType(field.getDesc());
            out.visitVarInsn(Opcodes.ALOAD, 0);
            field(out, field);
            out.visitVarInsn(Opcodes.ALOAD, 1);
            out.visitTypeInsn(Opcodes.CHECKCAST, owner);
            field(out, field);
            if (type.getSort() >= Type.ARRAY) {
                String two = "(Ljava/lang/Object;Ljava/lang/Object;)Z";
                out.visitMethodInsn(Opcodes.INVOKESTATIC, "java/util/Objects", "equals", two, false);
                out.visitJumpInsn(Opcodes.IFEQ, differs);
            } else {
                String two = "(" + type.getDescriptor() + type.getDescriptor() + ")I";
                out.visitMethodInsn(Opcodes.INVOKESTATIC, box(type), "compare", two, false);
                out.visitJumpInsn(Opcodes.IFNE, differs);
            }
        }
        out.visitInsn(Opcodes.ICONST_1);
        out.visitInsn(Opcodes.IRETURN);
        out.visitLabel(differs);
        out.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        out.visitInsn(Opcodes.ICONST_0);
        out.visitInsn(Opcodes.IRETURN);
        out.visitMaxs(4, 2);
    }

    private static void hash(MethodVisitor out, Object[] args) {
        out.visitInsn(Opcodes.ICONST_0);
        for (int i = 2; i < args.length; i++) {
            Handle field = (Handle) args[i];
            Type type = Type.getType(field.getDesc());
            out.visitIntInsn(Opcodes.BIPUSH, 31);
            out.visitInsn(Opcodes.IMUL);
            out.visitVarInsn(Opcodes.ALOAD, 0);
            field(out, field);
            boolean object = type.getSort() >= Type.ARRAY;
            String one = object ? "(Ljava/lang/Object;)I" : "(" + type.getDescriptor() + ")I";
            out.visitMethodInsn(Opcodes.INVOKESTATIC, object ? "java/util/Objects" : box(type), "hashCode", one, false);
            out.visitInsn(Opcodes.IADD);
        }
        out.visitInsn(Opcodes.IRETURN);
        out.visitMaxs(3, 1);
    }

    private static void text(MethodVisitor out, String owner, Object[] args) {
        String simple = owner.substring(Math.max(owner.lastIndexOf('$'), owner.lastIndexOf('/')) + 1);
        String builder = "java/lang/StringBuilder";
        out.visitTypeInsn(Opcodes.NEW, builder);
        out.visitInsn(Opcodes.DUP);
        out.visitMethodInsn(Opcodes.INVOKESPECIAL, builder, "<init>", "()V", false);
        for (int i = 2; i < args.length; i++) {
            Handle field = (Handle) args[i];
            String before = (i == 2 ? simple + "[" : ", ") + field.getName() + "=";
            append(out, before);
            out.visitVarInsn(Opcodes.ALOAD, 0);
            field(out, field);
            Type type = Type.getType(field.getDesc());
            boolean small = type.getSort() == Type.BYTE || type.getSort() == Type.SHORT;
            String taken = type.getSort() >= Type.ARRAY ? "Ljava/lang/Object;" : small ? "I" : type.getDescriptor();
            out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "append", "(" + taken + ")L" + builder + ";", false);
        }
        append(out, args.length == 2 ? simple + "[]" : "]");
        out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, builder, "toString", "()Ljava/lang/String;", false);
        out.visitInsn(Opcodes.ARETURN);
        out.visitMaxs(3, 1);
    }

    private static void append(MethodVisitor out, String literal) {
        out.visitLdcInsn(literal);
        out.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL,
                "java/lang/StringBuilder",
                "append",
                "(Ljava/lang/String;)Ljava/lang/StringBuilder;",
                false);
    }
}
