package dev.weft.adapters.urlconnection;

import dev.weft.engine.call.HeaderWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header edits on the JDK's own list of headers, whose first line may be a request or status line. */
record HeaderList(Object list) implements HeaderWriter {
    private static final Class<?> TYPE = Members.type("sun.net.www.MessageHeader");
    private static final MethodType CHANGE =
            MethodType.methodType(void.class, Object.class, String.class, String.class);
    private static final MethodType AT = MethodType.methodType(String.class, Object.class, int.class);

    private static final MethodHandle NEW = Members.constructor(TYPE);
    private static final MethodHandle ADD = Members.method(TYPE, "add", CHANGE, String.class, String.class);
    private static final MethodHandle SET = Members.method(TYPE, "set", CHANGE, String.class, String.class);
    private static final MethodHandle REMOVE =
            Members.method(TYPE, "remove", MethodType.methodType(void.class, Object.class, String.class), String.class);
    private static final MethodHandle FIND = Members.method(
            TYPE, "findValue", MethodType.methodType(String.class, Object.class, String.class), String.class);
    private static final MethodHandle KEY = Members.method(TYPE, "getKey", AT, int.class);
    private static final MethodHandle VALUE = Members.method(TYPE, "getValue", AT, int.class);
    private static final MethodHandle NAMES = Members.getter(TYPE, "keys", Object.class);
    private static final MethodHandle SET_NAMES = Members.setter(TYPE, "keys", Object.class);
    private static final MethodHandle VALUES = Members.getter(TYPE, "values", Object.class);
    private static final MethodHandle SET_VALUES = Members.setter(TYPE, "values", Object.class);
    private static final MethodHandle COUNT = Members.getter(TYPE, "nkeys", int.class);
    private static final MethodHandle SET_COUNT = Members.setter(TYPE, "nkeys", int.class);
    private static final MethodHandle RESET =
            Members.method(TYPE, "reset", MethodType.methodType(void.class, Object.class));

    static @Nullable String find(Object list, String name) {
        try {
            return (String) FIND.invokeExact(list, name);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Every value of a header, joined with commas; null when there is none. */
    static @Nullable String joined(Object list, String name) {
        try {
            String all = null;
            for (int i = 0; ; i++) {
                String key = (String) KEY.invokeExact(list, i);
                String value = (String) VALUE.invokeExact(list, i);
                if (key == null && value == null) {
                    return all;
                }
                if (name.equalsIgnoreCase(key)) {
                    all = all == null ? value : all + "," + value;
                }
            }
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Hands over each header of the application. */
    static void each(Object list, BiConsumer<String, String> each) {
        try {
            for (int i = 0; ; i++) {
                String key = (String) KEY.invokeExact(list, i);
                String value = (String) VALUE.invokeExact(list, i);
                if (key == null && value == null) {
                    return;
                }
                if (key != null && value != null) {
                    each.accept(key, value);
                }
            }
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    static int count(Object list) {
        return Members.number(COUNT, list);
    }

    private static @Nullable String key(Object list, int index) {
        try {
            return (String) KEY.invokeExact(list, index);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    /** Takes what stands in another list from this index on. */
    void take(Object other, int from) {
        for (int i = from; ; i++) {
            String name = key(other, i);
            if (name == null) {
                return;
            }
            String value = find(other, name);
            if (value != null) {
                set(name, value);
            }
        }
    }

    static void reset(Object list) {
        Members.run(RESET, list);
    }

    /** Takes the arrays as a whole: the list has a lock for each name and each value. */
    static HeaderList copy(Object list) {
        try {
            Object copy = (Object) NEW.invokeExact();
            synchronized (list) {
                Members.set(SET_NAMES, copy, ((String[]) Objects.requireNonNull(Members.get(NAMES, list))).clone());
                Members.set(SET_VALUES, copy, ((String[]) Objects.requireNonNull(Members.get(VALUES, list))).clone());
                Members.set(SET_COUNT, copy, count(list));
            }
            return new HeaderList(copy);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    @Override
    public void set(String name, String value) {
        change(SET, name, value);
    }

    @Override
    public void add(String name, String value) {
        change(ADD, name, value);
    }

    @Override
    public void remove(String name) {
        try {
            REMOVE.invokeExact(list, name);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }

    private void change(MethodHandle how, String name, String value) {
        try {
            how.invokeExact(list, name, value);
        } catch (Throwable thrown) {
            throw Members.same(thrown);
        }
    }
}
