package dev.weft.pack;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Conversions between what an interface's method gives and what a lambda's body takes (JLS 5.3). */
final class Conversion {
    private static final String PRIMITIVES = "VZCBSIFJD";
    private static final String[] BOXES = {
        "Void", "Boolean", "Character", "Byte", "Short", "Integer", "Float", "Long", "Double"
    };

    private Conversion() {}

    private static boolean primitive(Type type) {
        return type.getSort() < Type.ARRAY;
    }

    /** From the erased type of a parameter to the one that the type arguments promise. */
    static void cast(MethodVisitor out, Type from, Type to) {
        if (!primitive(to) && !from.equals(to) && !to.getInternalName().equals("java/lang/Object")) {
            out.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
        }
    }

    static void convert(MethodVisitor out, Type from, Type to) {
        if (from.equals(to)) {
            return;
        }
        if (primitive(from) && primitive(to)) {
            widen(out, from, to);
        } else if (primitive(from)) {
            String box = box(from);
            out.visitMethodInsn(
                    Opcodes.INVOKESTATIC, box, "valueOf", "(" + from.getDescriptor() + ")L" + box + ";", false);
        } else if (primitive(to)) {
            unbox(out, from, to);
        } else {
            cast(out, from, to);
        }
    }

    private static void unbox(MethodVisitor out, Type from, Type to) {
        Type inside = to;
        for (int i = 1; i < BOXES.length; i++) {
            if (from.getInternalName().equals("java/lang/" + BOXES[i])) {
                inside = Type.getType(PRIMITIVES.substring(i, i + 1));
            }
        }
        String box = box(inside);
        if (!from.getInternalName().equals(box)) {
            out.visitTypeInsn(Opcodes.CHECKCAST, box);
        }
        out.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL, box, inside.getClassName() + "Value", "()" + inside.getDescriptor(), false);
        if (!inside.equals(to)) {
            widen(out, inside, to);
        }
    }

    private static String box(Type primitive) {
        return "java/lang/" + BOXES[PRIMITIVES.indexOf(primitive.getDescriptor())];
    }

    private static void widen(MethodVisitor out, Type from, Type to) {
        boolean small = from.getOpcode(Opcodes.IRETURN) == Opcodes.IRETURN;
        switch (to.getSort()) {
            case Type.LONG -> out.visitInsn(small ? Opcodes.I2L : Opcodes.NOP);
            case Type.FLOAT -> out.visitInsn(small ? Opcodes.I2F : Opcodes.L2F);
            case Type.DOUBLE ->
                out.visitInsn(small ? Opcodes.I2D : from.getSort() == Type.LONG ? Opcodes.L2D : Opcodes.F2D);
            default -> {
                // Between the int-like types the value is already what it should be.
            }
        }
    }
}
