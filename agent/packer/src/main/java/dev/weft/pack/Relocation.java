package dev.weft.pack;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * New names for bundled libraries: their own classes move under {@code dev.weft.shaded}, and so do
 * the system properties that they read, so that the application's settings for its own copy don't
 * reach ours. What they would use of the JDK that shows in the application is replaced by stand-ins:
 * {@code java.util.logging} (its first use initialises the application's LogManager) and
 * {@code sun.misc.Unsafe} (its use prints to stderr from JDK 24 on).
 */
final class Relocation extends Remapper {
    static final String SHADED = "dev/weft/shaded/";
    private static final String OURS = "dev/weft/";
    private static final String LOGGING = "java/util/logging/";
    private static final Map<String, String> STAND_INS = Map.of(
            "java/lang/System$Logger", "dev/weft/agent/log/jul/SystemLogger",
            "java/lang/System$Logger$Level", "dev/weft/agent/log/jul/SystemLogger$Level",
            "sun/misc/Unsafe", "dev/weft/agent/log/jul/NoUnsafe");
    private static final String[] PROPERTIES = {"io.netty.", "io.grpc.", "com.google.protobuf.", "io.perfmark."};

    private final Set<String> packed;

    /** @param packed internal names of all classes in the jar, as they were */
    Relocation(Set<String> packed) {
        super(Opcodes.ASM9);
        this.packed = packed;
    }

    byte[] apply(byte[] classFile) {
        ClassReader in = new ClassReader(classFile);
        ClassWriter out = new ClassWriter(0);
        boolean ours = in.getClassName().startsWith(OURS);
        in.accept(new ClassRemapper(ours ? out : new SystemLogging(out), this), 0);
        return out.toByteArray();
    }

    @Override
    public String map(String name) {
        if (name.startsWith(OURS) || name.equals("java/lang/WeftLink")) {
            return name;
        }
        if (packed.contains(name)) {
            return SHADED + name;
        }
        if (name.startsWith(LOGGING)) {
            return "dev/weft/agent/log/jul/" + name.substring(LOGGING.length());
        }
        return STAND_INS.getOrDefault(name, name);
    }

    @Override
    public Object mapValue(Object value) {
        return value instanceof String text ? text(text) : super.mapValue(value);
    }

    String text(String text) {
        String slashed = text.replace('.', '/');
        boolean reflective = packed.contains(slashed) || STAND_INS.containsKey(slashed) || slashed.startsWith(LOGGING);
        if (reflective && text.indexOf('.') >= 0) {
            return map(slashed).replace('/', '.');
        }
        for (String prefix : PROPERTIES) {
            if (text.startsWith(prefix)) {
                return SHADED.replace('/', '.') + text;
            }
        }
        return text;
    }

    /** {@code System.getLogger(name)} becomes a method of the stand-in. */
    private static final class SystemLogging extends ClassVisitor {
        SystemLogging(ClassVisitor next) {
            super(Opcodes.ASM9, next);
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
                public void visitMethodInsn(int opcode, String owner, String name, String type, boolean itf) {
                    boolean system = owner.equals("java/lang/System") && name.equals("getLogger");
                    String to = system ? "dev/weft/agent/log/jul/SystemLogger" : owner;
                    super.visitMethodInsn(opcode, to, name, type, itf);
                }
            };
        }
    }
}
