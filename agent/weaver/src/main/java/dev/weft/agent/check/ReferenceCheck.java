package dev.weft.agent.check;

import dev.weft.agent.adapter.Reference;
import dev.weft.agent.adapter.Reference.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;

/**
 * Whether an adapter would link against the library that one application loader holds. It reads class
 * files through that loader and follows supertypes; it never loads a class, which would run its
 * initialiser early, or before other agents have seen it.
 *
 * <p>Checked is what the JVM would refuse when the adapter runs: a class or member that is missing
 * or not accessible, a static member that isn't, an interface that became a class. Not checked is what
 * the adapter reaches by reflection: there its constructor fails, and the site does nothing.
 */
public final class ReferenceCheck {
    private final ClassLoader loader;
    private final Map<String, @Nullable LibraryClass> read = new HashMap<>();

    /**
     * @param application null for the boot loader
     */
    public ReferenceCheck(@Nullable ClassLoader application) {
        this.loader = application == null ? ClassLoader.getPlatformClassLoader() : application;
    }

    /** What is missing, in words; null when everything is there. */
    public @Nullable String missing(List<Reference> references) throws IOException {
        for (Reference reference : references) {
            String missing = missing(reference);
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }

    private @Nullable String missing(Reference reference) throws IOException {
        LibraryClass owner = read(reference.owner());
        if (owner == null) {
            return "class " + reference.owner().replace('/', '.') + " is missing";
        }
        Kind kind = reference.kind();
        if (!owner.isPublic()) {
            return "class " + reference.owner().replace('/', '.') + " is not public";
        }
        if (kind == Kind.SUPERCLASS && (owner.isFinal() || owner.isInterface())) {
            return reference + " can't be extended";
        }
        if ((kind == Kind.INTERFACE || kind == Kind.INTERFACE_METHOD) && !owner.isInterface()) {
            return reference + ": the type is not an interface";
        }
        if ((kind == Kind.METHOD) && owner.isInterface()) {
            return reference + ": the type is an interface";
        }
        if (kind.isType()) {
            return null;
        }
        Integer access = find(reference.owner(), reference.name() + " " + reference.desc());
        if (access == null) {
            return reference + " is missing";
        }
        if ((access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) == 0) {
            return reference + " is not accessible";
        }
        if (((access & Opcodes.ACC_STATIC) != 0) != kind.isStatic()) {
            return reference + (kind.isStatic() ? " is not static" : " is static");
        }
        return null;
    }

    /** Access flags of the member, declared or inherited. Constructors are not inherited. */
    private @Nullable Integer find(String type, String member) throws IOException {
        LibraryClass declaring = read(type);
        if (declaring == null) {
            return null;
        }
        Integer access = declaring.declared(member);
        if (access != null || member.startsWith("<init> ")) {
            return access;
        }
        String superName = declaring.superName();
        if (superName != null) {
            access = find(superName, member);
        }
        for (int i = 0; access == null && i < declaring.interfaces().size(); i++) {
            access = find(declaring.interfaces().get(i), member);
        }
        return access;
    }

    private @Nullable LibraryClass read(String type) throws IOException {
        LibraryClass known = read.get(type);
        if (known == null && !read.containsKey(type)) {
            try (InputStream in = loader.getResourceAsStream(type + ".class")) {
                known = in == null ? null : LibraryClass.of(in.readAllBytes());
            }
            read.put(type, known);
        }
        return known;
    }
}
