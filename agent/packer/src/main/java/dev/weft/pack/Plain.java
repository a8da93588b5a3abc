package dev.weft.pack;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Takes {@code invokedynamic} out of classes: lambdas become small classes, string concatenation and
 * the methods of records become plain methods. The first use of each of the three would cost the
 * application's start some ten milliseconds of CPU for machinery that is made at run time, and every
 * further one a hidden class.
 */
final class Plain {
    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";
    private static final String STRINGS = "java/lang/invoke/StringConcatFactory";
    private static final String RECORDS = "java/lang/runtime/ObjectMethods";

    /** The class, and those that its lambdas became, by internal name. */
    static Map<String, byte[]> of(String name, byte[] bytes) {
        ClassReader in = new ClassReader(bytes);
        ClassWriter out = new ClassWriter(0);
        Map<String, byte[]> all = new LinkedHashMap<>();
        in.accept(new Visitor(out, name, all), 0);
        all.put(name, out.toByteArray());
        return all;
    }

    /**
     * The class with the methods of records alone made plain: what links those at run time remembers the last
     * record that it was asked for (JDK 17), with its loader, and the application's behind that.
     */
    static byte[] records(byte[] bytes) {
        ClassReader in = new ClassReader(bytes);
        ClassWriter out = new ClassWriter(0);
        in.accept(new Visitor(out, in.getClassName(), null), 0);
        return out.toByteArray();
    }

    private Plain() {}

    private static final class Visitor extends ClassVisitor {
        private final String owner;
        private final @Nullable Map<String, byte[]> made;
        private boolean isInterface;
        private int count;

        /** @param made where classes that lambdas became are put; null when nothing but records is made plain */
        Visitor(ClassVisitor next, String owner, @Nullable Map<String, byte[]> made) {
            super(Opcodes.ASM9, next);
            this.owner = owner;
            this.made = made;
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String[] interfaces) {
            isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
            super.visit(version, access, name, signature, superName, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String method,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... args) {
                    if (made != null
                            && bootstrap.getOwner().equals(LAMBDAS)
                            && bootstrap.getName().equals("metafactory")) {
                        lambda(made, this, name, type, args);
                    } else if (made != null && bootstrap.getOwner().equals(STRINGS) && args.length > 0) {
                        String helper = fresh();
                        Concatenation.write(helper(helper, type), type, args);
                        visitMethodInsn(Opcodes.INVOKESTATIC, owner, helper, type, isInterface);
                    } else if (bootstrap.getOwner().equals(RECORDS)) {
                        String helper = fresh();
                        RecordMethod.write(helper(helper, type), name, owner, args);
                        visitMethodInsn(Opcodes.INVOKESTATIC, owner, helper, type, isInterface);
                    } else {
                        super.visitInvokeDynamicInsn(name, type, bootstrap, args);
                    }
                }
            };
        }

        private String fresh() {
            return "weft$" + count++;
        }

        private MethodVisitor helper(String name, String type) {
            int access = Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC | (isInterface ? Opcodes.ACC_PUBLIC : 0);
            return cv.visitMethod(access, name, type, null, null);
        }

        private void lambda(Map<String, byte[]> to, MethodVisitor at, String name, String type, Object[] args) {
            String helper = fresh();
            String lambda = owner + "$$" + helper.substring("weft$".length());
            Handle target = (Handle) args[1];
            String way = LambdaClass.way(target);
            LambdaClass.writeWay(helper(helper, way), target, way);
            Handle helperHandle = new Handle(Opcodes.H_INVOKESTATIC, owner, helper, way, isInterface);
            to.put(lambda, LambdaClass.make(lambda, name, type, (Type) args[0], (Type) args[2], helperHandle));
            at.visitMethodInsn(Opcodes.INVOKESTATIC, lambda, "make", type, false);
        }
    }
}
