package dev.weft.pack;

import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** A string concatenation as a method over a StringBuilder. */
final class Concatenation {
    private static final String BUILDER = "java/lang/StringBuilder";
    private static final char ARGUMENT = '\1';
    private static final char CONSTANT = '\2';

    private Concatenation() {}

    /** @param args the recipe, then its constants (StringConcatFactory.makeConcatWithConstants) */
    static void write(MethodVisitor out, String type, Object[] args) {
        out.visitCode();
        out.visitTypeInsn(Opcodes.NEW, BUILDER);
        out.visitInsn(Opcodes.DUP);
        out.visitMethodInsn(Opcodes.INVOKESPECIAL, BUILDER, "<init>", "()V", false);
        Type[] parameters = Type.getArgumentTypes(type);
        StringBuilder text = new StringBuilder();
        int parameter = 0;
        int constant = 1;
        int slot = 0;
        for (char c : ((String) args[0]).toCharArray()) {
            if (c == CONSTANT) {
                if (args[constant] instanceof ConstantDynamic) {
                    throw new IllegalStateException("a dynamic constant in a string concatenation");
                }
                text.append(args[constant++]);
            } else if (c == ARGUMENT) {
                literal(out, text);
                Type each = parameters[parameter++];
                out.visitVarInsn(each.getOpcode(Opcodes.ILOAD), slot);
                slot += each.getSize();
                append(out, taken(each));
            } else {
                text.append(c);
            }
        }
        literal(out, text);
        out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, BUILDER, "toString", "()Ljava/lang/String;", false);
        out.visitInsn(Opcodes.ARETURN);
        out.visitMaxs(3, slot);
        out.visitEnd();
    }

    private static void literal(MethodVisitor out, StringBuilder text) {
        if (text.length() > 0) {
            out.visitLdcInsn(text.toString());
            append(out, "Ljava/lang/String;");
            text.setLength(0);
        }
    }

    private static void append(MethodVisitor out, String type) {
        out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, BUILDER, "append", "(" + type + ")L" + BUILDER + ";", false);
    }

    private static String taken(Type type) {
        if (type.getSort() == Type.BYTE || type.getSort() == Type.SHORT) {
            return "I";
        }
        boolean text = type.getDescriptor().equals("Ljava/lang/String;");
        return type.getSort() < Type.ARRAY || text ? type.getDescriptor() : "Ljava/lang/Object;";
    }
}
