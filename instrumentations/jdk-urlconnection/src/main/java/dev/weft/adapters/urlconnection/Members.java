package dev.weft.adapters.urlconnection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Finds and calls members of classes that can't be named at compile time. What a release lacks fails
 * the initialisation of whoever asks for it; the hooks are then not woven in, and calls pass as without us.
 */
final class Members {
    private Members() {}

    static Class<?> type(String name) {
        try {
            return Class.forName(name, false, null);
        } catch (ClassNotFoundException missing) {
            throw new NoClassDefFoundError(missing.getMessage());
        }
    }

    static MethodHandle getter(Class<?> owner, String name, Class<?> as) {
        return unreflect(owner, field(owner, name), false).asType(MethodType.methodType(as, Object.class));
    }

    static MethodHandle setter(Class<?> owner, String name, Class<?> as) {
        return unreflect(owner, field(owner, name), true).asType(MethodType.methodType(void.class, Object.class, as));
    }

    /** A static field. */
    static MethodHandle constant(Class<?> owner, String name) {
        return unreflect(owner, field(owner, name), false);
    }

    static MethodHandle method(Class<?> owner, String name, MethodType as, Class<?>... parameters) {
        return unreflect(owner, require(owner, name, parameters), false).asType(as);
    }

    static Method require(Class<?> owner, String name, Class<?>... parameters) {
        try {
            return owner.getDeclaredMethod(name, parameters);
        } catch (NoSuchMethodException missing) {
            throw new NoSuchMethodError(missing.getMessage());
        }
    }

    static MethodHandle constructor(Class<?> owner) {
        try {
            return unreflect(owner, owner.getDeclaredConstructor(), false).asType(MethodType.methodType(Object.class));
        } catch (NoSuchMethodException missing) {
            throw new NoSuchMethodError(missing.getMessage());
        }
    }

    private static Field field(Class<?> owner, String name) {
        try {
            return owner.getDeclaredField(name);
        } catch (NoSuchFieldException missing) {
            throw new NoSuchFieldError(owner.getName() + "." + missing.getMessage());
        }
    }

    private static MethodHandle unreflect(Class<?> owner, AccessibleObject member, boolean set) {
        try {
            var lookup = MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
            if (member instanceof Field field) {
                return set ? lookup.unreflectSetter(field) : lookup.unreflectGetter(field);
            }
            return member instanceof Method method
                    ? lookup.unreflect(method)
                    : lookup.unreflectConstructor((Constructor<?>) member);
        } catch (IllegalAccessException closed) {
            throw new IllegalAccessError(closed.getMessage());
        }
    }

    static @Nullable Object get(MethodHandle getter, Object self) {
        try {
            return (Object) getter.invokeExact(self);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static void set(MethodHandle setter, Object self, @Nullable Object value) {
        try {
            setter.invokeExact(self, value);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static boolean is(MethodHandle getter, Object self) {
        try {
            return (boolean) getter.invokeExact(self);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static void set(MethodHandle setter, Object self, int value) {
        try {
            setter.invokeExact(self, value);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static void set(MethodHandle setter, Object self, boolean value) {
        try {
            setter.invokeExact(self, value);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static int number(MethodHandle getter, Object self) {
        try {
            return (int) getter.invokeExact(self);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    static void run(MethodHandle method, Object self) {
        try {
            method.invokeExact(self);
        } catch (Throwable thrown) {
            throw same(thrown);
        }
    }

    /** Throws what it is given, declared or not. */
    static RuntimeException same(Throwable thrown) {
        Members.<RuntimeException>throwAs(thrown);
        return new IllegalStateException("never made", thrown);
    }

    @SuppressWarnings("unchecked") // the cast is not checked, which is the purpose
    private static <X extends Throwable> void throwAs(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
