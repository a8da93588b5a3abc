package dev.weft.adapters.okhttp;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Looks up what the library has under other names in other releases, or keeps to itself. */
final class Members {
    private Members() {}

    static boolean present(String name) {
        try {
            type(name);
            return true;
        } catch (NoClassDefFoundError missing) {
            return false;
        }
    }

    static Class<?> type(String name) {
        try {
            return Class.forName(name, false, OkHttpClient.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new NoClassDefFoundError(missing.getMessage());
        }
    }

    /** The one method of this name, whatever its parameters. */
    static MethodHandle method(Class<?> owner, String name) {
        MethodHandle found = methodIfAny(owner, name);
        if (found == null) {
            throw new NoSuchMethodError(owner.getName() + "." + name);
        }
        return found;
    }

    static @Nullable MethodHandle methodIfAny(Class<?> owner, String name) {
        for (Method method : owner.getDeclaredMethods()) {
            if (method.getName().equals(name) && !method.isBridge()) {
                return unreflected(owner, lookup -> lookup.unreflect(method));
            }
        }
        return null;
    }

    static MethodHandle getter(Class<?> owner, String name) {
        Field field = field(owner, name);
        return unreflected(owner, lookup -> lookup.unreflectGetter(field));
    }

    static MethodHandle setter(Class<?> owner, String name) {
        Field field = field(owner, name);
        return unreflected(owner, lookup -> lookup.unreflectSetter(field));
    }

    private static Field field(Class<?> owner, String name) {
        try {
            return owner.getDeclaredField(name);
        } catch (NoSuchFieldException missing) {
            throw new NoSuchFieldError(missing.getMessage());
        }
    }

    private interface Unreflect {
        MethodHandle with(MethodHandles.Lookup lookup) throws IllegalAccessException;
    }

    private static MethodHandle unreflected(Class<?> owner, Unreflect how) {
        try {
            return how.with(MethodHandles.privateLookupIn(owner, MethodHandles.lookup()));
        } catch (IllegalAccessException closed) {
            throw new IllegalAccessError(closed.getMessage());
        }
    }

    /** Throws what it is given, declared or not. */
    @SuppressWarnings("unchecked") // the cast is not checked, which is the purpose
    static <X extends Throwable> RuntimeException same(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
