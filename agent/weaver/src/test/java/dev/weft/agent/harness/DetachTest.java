package dev.weft.agent.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.TestMesh;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sample.Phone;

/** What is left of us after detach. */
class DetachTest {
    private static TestWeaver install() {
        return TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.phone."), Path.of("target/test-classes"));
    }

    /** The bytes that the JVM runs, as the last of its transformers sees them. */
    private static byte[] current(Class<?> type) throws Exception {
        AtomicReference<byte @Nullable []> seen = new AtomicReference<>();
        ClassFileTransformer look = new ClassFileTransformer() {
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
        };
        Instrumentation inst = Attach.instrumentation();
        inst.addTransformer(look, true);
        try {
            inst.retransformClasses(type);
        } finally {
            inst.removeTransformer(look);
        }
        return Objects.requireNonNull(seen.get());
    }

    private static byte[] file() throws IOException {
        try (InputStream in = Phone.class.getResourceAsStream("Phone.class")) {
            return in.readAllBytes();
        }
    }

    @Test
    void detachRestoresTheOriginalBytes() throws Exception {
        byte[] before;
        try (TestWeaver weaver = install()) {
            assertTrue(weaver.report().on());
            assertEquals("local", new Phone("7").call("local", 1, 0));
            before = current(Phone.class);
            assertFalse(Arrays.equals(file(), before), "was woven");
        }
        byte[] after = current(Phone.class);
        assertArrayEquals(file(), after);
        assertEquals("[local]", new Phone("7").call("local", 1, 0));
    }

    @Test
    void anotherWeaverMayFollowButNotStandBeside() {
        try (TestWeaver first = install()) {
            assertTrue(first.report().on());
            assertThrows(IllegalStateException.class, DetachTest::install);
            assertEquals("local", new Phone("7").call("local", 1, 0));
        }
        try (TestWeaver second = install()) {
            assertTrue(second.report().on());
            assertEquals("local", new Phone("7").call("local", 1, 0));
        }
    }
}
