package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.agent.TestMesh;
import dev.weft.agent.harness.TestWeaver;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Application class loaders that behave badly, and those that are dropped. */
class LoadersTest {
    private TestWeaver weaver;

    @BeforeEach
    void weave() {
        weaver = TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.phone."), Path.of("target/test-classes"));
    }

    @AfterEach
    void restore() {
        weaver.close();
    }

    /** Sees its own {@code sample} classes and {@code java.*}, and equals every other of its kind. */
    private static final class Hiding extends ClassLoader {
        Hiding() {
            super(null);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("java.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            return name.startsWith("sample/") ? Hiding.class.getResourceAsStream("/" + name) : null;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Hiding;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static Object call(ClassLoader loader, String host) throws ReflectiveOperationException {
        Class<?> phone = loader.loadClass("sample.Phone");
        Object made = phone.getConstructor(String.class).newInstance("1");
        return phone.getMethod("call", String.class, int.class, long.class).invoke(made, host, 1, 0L);
    }

    @Test
    void aLoaderThatHidesEverythingButJavaIsWoven() throws Exception {
        assertEquals("local", call(new Hiding(), "local"));
        assertEquals("[second]", call(new Hiding(), "retry"));
        assertEquals(
                List.of(),
                weaver.log().stream().filter(line -> line.contains("linked")).toList());
    }

    @Test
    void aDroppedApplicationLoaderIsCollected() throws Exception {
        WeakReference<ClassLoader> dropped = useAndDrop();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (dropped.get() != null && System.nanoTime() < deadline) {
            System.gc();
            Thread.onSpinWait();
        }
        assertNull(dropped.get(), "the weaver keeps the loader of an application that is gone");
        assertEquals("local", call(new Hiding(), "local"));
    }

    private static WeakReference<ClassLoader> useAndDrop() throws ReflectiveOperationException {
        ClassLoader loader = new Hiding();
        assertEquals("local", call(loader, "local"));
        return new WeakReference<>(loader);
    }
}
