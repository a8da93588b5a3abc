package dev.weft.pack;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.TypePath;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * The classes that one class needs to run: those that its code and its declarations name, and those
 * whose names stand in its strings (for {@code Class.forName}). Generic signatures and annotations
 * are not followed: the JVM does not.
 */
final class References {
    private References() {}

    static Set<String> of(byte[] classFile) {
        Set<String> names = new LinkedHashSet<>();
        Remapper collect = new Remapper(Opcodes.ASM9) {
            @Override
            public String map(String internalName) {
                names.add(internalName);
                return internalName;
            }

            @Override
            public Object mapValue(Object value) {
                if (value instanceof String text && text.length() < 200) {
                    names.add(text.replace('.', '/'));
                }
                return super.mapValue(value);
            }
        };
        ClassVisitor sink = new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String descriptor, @Nullable String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {};
            }
        };
        new ClassReader(classFile).accept(new Runtime(new ClassRemapper(sink, collect)), ClassReader.SKIP_FRAMES);
        return names;
    }

    /** Lets through only what matters when the class runs. */
    private static final class Runtime extends ClassVisitor {
        private String self = "";

        Runtime(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String[] interfaces) {
            self = name;
            super.visit(version, access, name, null, superName, interfaces);
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitTypeAnnotation(
                int typeRef, @Nullable TypePath typePath, String descriptor, boolean visible) {
            return null;
        }

        @Override
        public void visitInnerClass(String name, @Nullable String outerName, @Nullable String innerName, int access) {
            if (name.equals(self)) { // getSimpleName and getEnclosingClass load it
                super.visitInnerClass(name, outerName, innerName, access);
            }
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            super.visitField(access, name, descriptor, null, value);
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, null, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public @Nullable AnnotationVisitor visitAnnotation(String type, boolean visible) {
                    return null;
                }

                @Override
                public @Nullable AnnotationVisitor visitParameterAnnotation(int at, String type, boolean visible) {
                    return null;
                }

                @Override
                public void visitLocalVariable(
                        String variable, String type, @Nullable String generic, Label from, Label to, int index) {}
            };
        }
    }
}
