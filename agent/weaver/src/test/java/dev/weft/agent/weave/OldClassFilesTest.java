package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.TestMesh;
import dev.weft.agent.harness.TestWeaver;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Class files from before invokedynamic: raised to 51 where that verifies, else left alone. */
class OldClassFilesTest {
    private TestWeaver weaver;

    @BeforeEach
    void weave() {
        weaver = TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.old."), Path.of("target/test-classes"));
    }

    @AfterEach
    void restore() {
        weaver.close();
    }

    /** A class with {@code int sign(int n)}: n, or where it branches, -1 or 1. And a twin, which is not woven. */
    private static byte[] signer(String name, int version, boolean branches, boolean frames) {
        ClassWriter out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        out.visit(version, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
        MethodVisitor init = out.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        init.visitCode();
        init.visitVarInsn(Opcodes.ALOAD, 0);
        init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        init.visitInsn(Opcodes.RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
        sign(out, "sign", branches, frames);
        sign(out, "twin", branches, frames);
        out.visitEnd();
        return out.toByteArray();
    }

    private static void sign(ClassWriter out, String name, boolean branches, boolean frames) {
        MethodVisitor sign = out.visitMethod(Opcodes.ACC_PUBLIC, name, "(I)I", null, null);
        sign.visitCode();
        if (branches) {
            Label negative = new Label();
            sign.visitVarInsn(Opcodes.ILOAD, 1);
            sign.visitJumpInsn(Opcodes.IFLT, negative);
            sign.visitInsn(Opcodes.ICONST_1);
            sign.visitInsn(Opcodes.IRETURN);
            sign.visitLabel(negative);
            if (frames) {
                sign.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            }
            sign.visitInsn(Opcodes.ICONST_M1);
        } else {
            sign.visitVarInsn(Opcodes.ILOAD, 1);
        }
        sign.visitInsn(Opcodes.IRETURN);
        sign.visitMaxs(0, 0);
        sign.visitEnd();
    }

    private static int sign(String name, int version, boolean branches, boolean frames, int n)
            throws ReflectiveOperationException {
        return sign(instance(name, version, branches, frames), n);
    }

    private static int sign(Object signer, int n) throws ReflectiveOperationException {
        return (int) signer.getClass().getMethod("sign", int.class).invoke(signer, n);
    }

    private static Object instance(String name, int version, boolean branches, boolean frames)
            throws ReflectiveOperationException {
        byte[] bytes = signer(name.replace('.', '/'), version, branches, frames);
        ClassLoader loader = new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String wanted) throws ClassNotFoundException {
                if (!wanted.equals(name)) {
                    throw new ClassNotFoundException(wanted);
                }
                return defineClass(name, bytes, 0, bytes.length);
            }
        };
        return loader.loadClass(name).getConstructor().newInstance();
    }

    private String reason(String type) {
        return weaver.report().rows().stream()
                .filter(row -> row.hook().equals("AROUND " + type + "#sign"))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void version50WithFramesIsRaised() throws Exception {
        assertEquals(99, sign("sample.WithFrames", Opcodes.V1_6, true, true, -5));
        assertEquals("", reason("sample.WithFrames"));
    }

    @Test
    void version50WithoutBranchesNeedsNoFrames() throws Exception {
        assertEquals(107, sign("sample.Straight", Opcodes.V1_6, false, false, 7));
    }

    @Test
    void version50WithoutFramesGetsThem() throws Exception {
        assertEquals(99, sign("sample.WithoutFrames", Opcodes.V1_6, true, false, -5));
        assertEquals("", reason("sample.WithoutFrames"));
    }

    /** After the second, some JVMs say of its file that it is a 51, and still it has no frames. */
    @Test
    void whatWasWovenOnceCanBeWovenAgain() throws Exception {
        Object old = instance("sample.WithoutAny", Opcodes.V1_5, true, false);
        for (int i = 0; i < 3; i++) {
            assertEquals(99, sign(old, -5));
            weaver.close();
            assertEquals(-1, sign(old, -5));
            weave();
        }
        assertEquals(99, sign(old, -5));
    }

    @Test
    void version49GetsFramesAndIsRaised() throws Exception {
        assertEquals(99, sign("sample.WithoutAny", Opcodes.V1_5, true, false, -5));
        assertEquals("", reason("sample.WithoutAny"));
    }

    @Test
    void whatIsOlderIsLeftAlone() throws Exception {
        assertEquals(-1, sign("sample.TooOld", Opcodes.V1_4, true, false, -5));
        assertEquals("class file version 48 is too old for invokedynamic", reason("sample.TooOld"));
    }
}
