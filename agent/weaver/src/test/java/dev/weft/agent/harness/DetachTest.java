package dev.weft.agent.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.TestMesh;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import sample.Phone;

/** What is left of us after detach. */
class DetachTest {
    private static TestWeaver install() {
        return TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.phone."), Path.of("target/test-classes"));
    }

    /** Remembers the bytes of a class each time the JVM retransforms it, after all other transformers. */
    private record Look(Class<?> type, AtomicReference<byte @Nullable []> seen) implements ClassFileTransformer {
        Look(Class<?> type) {
            this(type, new AtomicReference<>());
        }

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (redefined == type) {
                seen.set(bytes.clone());
            }
            return null;
        }

        byte[] bytes() {
            return Objects.requireNonNull(seen.get());
        }
    }

    private static byte[] current(Class<?> type) throws Exception {
        Look look = new Look(type);
        Instrumentation inst = Attach.instrumentation();
        inst.addTransformer(look, true);
        try {
            inst.retransformClasses(type);
        } finally {
            inst.removeTransformer(look);
        }
        return look.bytes();
    }

    private static byte[] file() throws IOException {
        try (InputStream in = Phone.class.getResourceAsStream("Phone.class")) {
            return in.readAllBytes();
        }
    }

    /** A {@code Phone} of its own: the JVM keeps the bytes of a class that is woven when it is loaded. */
    private static Class<?> load() throws Exception {
        ClassLoader loader = new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                try {
                    byte[] bytes = file();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException unreadable) {
                    throw new ClassNotFoundException(name, unreadable);
                }
            }

            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return Phone.class.getResourceAsStream("/" + name);
            }
        };
        return loader.loadClass("sample.Phone");
    }

    private static Object call(Class<?> phone) throws Exception {
        return phone.getMethod("call", String.class, int.class, long.class)
                .invoke(phone.getConstructor(String.class).newInstance("7"), "local", 1, 0L);
    }

    @Test
    void detachRestoresTheOriginalBytes() throws Exception {
        TestWeaver weaver = install();
        Class<?> phone = load();
        assertEquals("local", call(phone));
        Look look = new Look(phone);
        Attach.instrumentation().addTransformer(look, true);
        try {
            weaver.close();
        } finally {
            Attach.instrumentation().removeTransformer(look);
        }
        assertArrayEquals(file(), look.bytes());
        assertEquals("[local]", call(phone));
    }

    /** The JVM has no copy of their bytes and makes new ones up from what it holds, old constants included. */
    @Test
    void classesLoadedBeforeUsGetTheirOriginalCode() throws Exception {
        assertEquals("[local]", new Phone("7").call("local", 1, 0));
        try (TestWeaver weaver = install()) {
            assertTrue(weaver.report().on());
            assertTrue(sites(current(Phone.class)) > 0);
        }
        assertEquals(0, sites(current(Phone.class)));
        assertEquals("[local]", new Phone("7").call("local", 1, 0));
    }

    private static int sites(byte[] bytes) {
        int[] sites = new int[1];
        ClassVisitor counting = new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String desc, @Nullable String signature, String @Nullable [] thrown) {
                return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitInvokeDynamicInsn(String name, String desc, Handle bootstrap, Object... args) {
                        sites[0] += bootstrap.getOwner().equals("java/lang/WeftLink") ? 1 : 0;
                    }
                };
            }
        };
        new ClassReader(bytes).accept(counting, 0);
        return sites[0];
    }

    @Test
    void anAdapterTakesBackWhatItLeftWithTheLibraryAndOneThatFailsStopsNobody() {
        TestWeaver weaver = TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.leaving."), Path.of("target/test-classes"));
        Phone phone = new Phone("7");
        phone.hangUp("bored");
        assertEquals("17!", phone.number());
        weaver.close();
        // What it does then is the library's own: no hook sees it.
        assertEquals(List.of("hung up: bored", "hung up: left"), phone.dialled);
        assertEquals("17", phone.number());
        assertEquals(
                List.of("dev.weft.adapters.leaving.Clumsy leaves something behind:"
                        + " java.lang.IllegalStateException: stumbles"),
                weaver.log());
    }

    @Test
    void anotherWeaverMayFollowButNotStandBeside() {
        try (TestWeaver first = install()) {
            assertTrue(first.report().on());
            assertEquals("local", new Phone("7").call("local", 1, 0));
            assertThrows(IllegalStateException.class, DetachTest::install);
            assertEquals("local", new Phone("7").call("local", 1, 0));
        }
        try (TestWeaver second = install()) {
            assertTrue(second.report().on());
            assertEquals("local", new Phone("7").call("local", 1, 0));
        }
    }
}
