package dev.weft.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A copy of a library in which one constructor is missing. */
final class Doctored {
    private Doctored() {}

    /** @param type internal name of the class */
    static void write(Path from, Path to, String type, String constructor) throws IOException {
        try (JarFile jar = new JarFile(from.toFile());
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
            for (JarEntry entry : jar.stream().toList()) {
                byte[] bytes = jar.getInputStream(entry).readAllBytes();
                out.putNextEntry(new JarEntry(entry.getName()));
                out.write(entry.getName().equals(type + ".class") ? without(bytes, constructor) : bytes);
            }
        }
    }

    private static byte[] without(byte[] bytes, String constructor) {
        ClassWriter writer = new ClassWriter(0);
        ClassVisitor filter = new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public @Nullable MethodVisitor visitMethod(
                    int access,
                    String name,
                    String descriptor,
                    @Nullable String signature,
                    String @Nullable [] thrown) {
                return name.equals("<init>") && descriptor.equals(constructor)
                        ? null
                        : super.visitMethod(access, name, descriptor, signature, thrown);
            }
        };
        new ClassReader(bytes).accept(filter, 0);
        return writer.toByteArray();
    }
}
