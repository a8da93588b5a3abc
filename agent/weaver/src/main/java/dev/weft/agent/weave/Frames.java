package dev.weft.agent.weave;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/**
 * Writes a class whose file has no stack map frames, and computes them. Where two types meet it has to
 * know what they have in common; it reads that from their class files, because loading a class in the
 * middle of loading another one may never return.
 */
final class Frames extends ClassWriter {
    private static final String OBJECT = "java/lang/Object";

    private final ClassLoader loader;

    /** Without the reader: what a writer copies from one as it stands, it computes no frames for. */
    Frames(@Nullable ClassLoader loader) {
        super(COMPUTE_FRAMES);
        this.loader = loader == null ? ClassLoader.getPlatformClassLoader() : loader;
    }

    /** To the verifier an interface is as good as {@code Object}, which a class file names as its superclass, too. */
    @Override
    protected String getCommonSuperClass(String one, String other) {
        List<String> ancestors = new ArrayList<>();
        for (String type = one; !type.equals(OBJECT); type = superName(type)) {
            ancestors.add(type);
        }
        for (String type = other; !type.equals(OBJECT); type = superName(type)) {
            if (ancestors.contains(type)) {
                return type;
            }
        }
        return OBJECT;
    }

    private String superName(String type) {
        try (InputStream file = loader.getResourceAsStream(type.concat(".class"))) {
            if (file == null) {
                throw new TypeNotPresentException(type, null);
            }
            return new ClassReader(file.readAllBytes()).getSuperName();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(type, unreadable);
        }
    }
}
