package dev.weft.pack;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Cuts out of a class what the agent never uses: local variable names, line numbers of generated
 * messages, the custom options of Envoy's .proto files (validation rules, status annotations), for
 * which generated code would load a hundred classes and parse every descriptor a second time, and
 * Netty's question about direct memory.
 */
final class Edit {
    private static final String[] OPTIONS = {
        "io/envoyproxy/pgv/", "udpa/annotations/", "xds/annotations/", "envoy/annotations/"
    };
    private static final String[] GENERATED = {
        "io/envoyproxy/", "com/github/", "udpa/", "xds/", "envoy/", "com/google/api/", "com/google/rpc/"
    };
    private static final String DESCRIPTOR = "com/google/protobuf/Descriptors$FileDescriptor";
    private static final String REGISTRY = "com/google/protobuf/ExtensionRegistry";

    byte[] apply(ClassReader in) {
        boolean message = begins(in.getClassName(), GENERATED);
        ClassWriter out = new ClassWriter(0);
        in.accept(
                new ClassVisitor(Opcodes.ASM9, out) {
                    @Override
                    public void visitSource(@Nullable String source, @Nullable String debug) {
                        super.visitSource(message ? null : source, null);
                    }

                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String method,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
                        if (method.equals("estimateMaxDirectMemory") && descriptor.equals("()J")) {
                            maxMemory(next);
                            return new MethodVisitor(Opcodes.ASM9) {};
                        }
                        return message ? new Message(new Lean(next)) : new Lean(next);
                    }
                },
                0);
        return out.toByteArray();
    }

    /** Netty would ask JMX, which loads the platform's MBeans; it has no direct buffers of its own here. */
    private static void maxMemory(MethodVisitor out) {
        out.visitCode();
        out.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Runtime", "getRuntime", "()Ljava/lang/Runtime;", false);
        out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Runtime", "maxMemory", "()J", false);
        out.visitInsn(Opcodes.LRETURN);
        out.visitMaxs(2, 0);
        out.visitEnd();
    }

    private static boolean begins(String name, String[] prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static class Lean extends MethodVisitor {
        Lean(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitLocalVariable(
                String name, String descriptor, @Nullable String signature, Label start, Label end, int index) {}

        @Override
        public void visitParameter(@Nullable String name, int access) {}
    }

    /** Generated code of the published protos: the options stay unknown fields of the descriptors. */
    private static final class Message extends MethodVisitor {
        Message(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitLineNumber(int line, Label start) {}

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.GETSTATIC && begins(owner, OPTIONS)) {
                super.visitInsn(Opcodes.ACONST_NULL);
            } else {
                super.visitFieldInsn(opcode, owner, name, descriptor);
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean itf) {
            if (owner.equals(REGISTRY) && name.equals("add")) {
                super.visitInsn(Opcodes.POP2);
            } else if (owner.equals(DESCRIPTOR) && name.equals("internalUpdateFileDescriptor")) {
                super.visitInsn(Opcodes.POP2);
            } else if (begins(owner, OPTIONS) && name.equals("getDescriptor")) {
                // In the list of dependencies any descriptor may stand: unknown ones are let pass.
                super.visitMethodInsn(opcode, "com/google/protobuf/DescriptorProtos", name, descriptor, itf);
            } else {
                super.visitMethodInsn(opcode, owner, name, descriptor, itf);
            }
        }
    }
}
