package dev.weft.agent.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What a class file says of its members, as far as linking against it depends on that. */
final class LibraryClass extends ClassVisitor {
    private final Map<String, Integer> members = new HashMap<>();
    private int access;
    private @Nullable String superName;
    private List<String> interfaces = List.of();

    private LibraryClass() {
        super(Opcodes.ASM9);
    }

    static LibraryClass of(byte[] bytes) {
        LibraryClass read = new LibraryClass();
        new ClassReader(bytes).accept(read, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return read;
    }

    @Nullable
    String superName() {
        return superName;
    }

    List<String> interfaces() {
        return interfaces;
    }

    boolean isInterface() {
        return (access & Opcodes.ACC_INTERFACE) != 0;
    }

    boolean isFinal() {
        return (access & Opcodes.ACC_FINAL) != 0;
    }

    boolean isPublic() {
        return (access & Opcodes.ACC_PUBLIC) != 0;
    }

    /** Access flags of a member that this very class declares. */
    @Nullable
    Integer declared(String nameAndDesc) {
        return members.get(nameAndDesc);
    }

    @Override
    public void visit(
            int version, int access, String name, @Nullable String signature, String superName, String[] interfaces) {
        this.access = access;
        this.superName = superName;
        this.interfaces = List.of(interfaces);
    }

    @Override
    public @Nullable FieldVisitor visitField(
            int access, String name, String desc, @Nullable String signature, @Nullable Object value) {
        members.put(name + " " + desc, access);
        return null;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String desc, @Nullable String signature, String @Nullable [] exceptions) {
        members.put(name + " " + desc, access);
        return null;
    }
}
