package dev.weft.pack;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Checks packed classes against each other: every member of a stand-in that is called must be there. */
final class Links {
    private static final String STAND_INS = "dev/weft/agent/log/jul/";

    private final Map<String, Set<String>> members = new java.util.HashMap<>();
    private final Map<String, @Nullable String> parents = new java.util.HashMap<>();
    private final Set<String> missing = new TreeSet<>();

    /** Returns what is missing, one line each. */
    List<String> check(Map<String, byte[]> classes) {
        classes.forEach((name, bytes) -> {
            if (name.startsWith(STAND_INS)) {
                declare(name, bytes);
            }
        });
        classes.forEach((name, bytes) -> new ClassReader(bytes).accept(new Uses(name), ClassReader.SKIP_DEBUG));
        return new ArrayList<>(missing);
    }

    private void declare(String name, byte[] bytes) {
        Set<String> found = members.computeIfAbsent(name, n -> new HashSet<>());
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public void visit(
                                    int version,
                                    int access,
                                    String self,
                                    @Nullable String signature,
                                    @Nullable String superName,
                                    String[] interfaces) {
                                parents.put(self, superName);
                            }

                            @Override
                            public @Nullable FieldVisitor visitField(
                                    int access, String field, String type, @Nullable String sig, @Nullable Object v) {
                                found.add(field + type);
                                return null;
                            }

                            @Override
                            public @Nullable MethodVisitor visitMethod(
                                    int access,
                                    String method,
                                    String type,
                                    @Nullable String sig,
                                    String @Nullable [] exceptions) {
                                found.add(method + type);
                                return null;
                            }
                        },
                        ClassReader.SKIP_CODE);
    }

    private void use(String user, String owner, String member) {
        if (!owner.startsWith(STAND_INS) || owner.endsWith("/NoUnsafe")) {
            return;
        }
        for (String at = owner; at != null; at = parents.get(at)) {
            Set<String> found = members.get(at);
            if (found != null && found.contains(member)) {
                return;
            }
        }
        missing.add(owner + "." + member + ", used by " + user);
    }

    private final class Uses extends ClassVisitor {
        private final String user;

        Uses(String user) {
            super(Opcodes.ASM9);
            this.user = user;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String type, @Nullable String sig, String @Nullable [] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
                    use(user, owner, name + descriptor);
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean itf) {
                    use(user, owner, name + descriptor);
                }
            };
        }
    }
}
