package dev.weft.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Classes without invokedynamic do what they did before. */
class PlainTest {

    /** Every kind of lambda, concatenation and record. Gives the same answers before and after. */
    public static final class Subject implements Function<String, String> {
        private final String prefix = "p";

        record Small(int number, long wide, double real, String text, byte[] bytes, char letter) {}

        record None() {}

        interface Shape {
            default Supplier<String> name() {
                return () -> "shape " + this.getClass().isRecord();
            }
        }

        record Round(boolean big) implements Shape {}

        private static String twice(Object any) {
            return any + "" + any;
        }

        private String mine(String text) {
            return prefix + text;
        }

        @Override
        public String apply(String in) {
            long captured = 7;
            short small = 3;
            Function<String, String> capturing = text -> text + captured + small + in;
            Function<String, String> bound = this::mine;
            Function<String, String> statics = Subject::twice;
            Function<String, Integer> unbound = String::length;
            ToLongFunction<Integer> widened = Integer::intValue;
            IntFunction<int[]> array = int[]::new;
            BiFunction<String, Integer, String> two = String::substring;
            Supplier<StringBuilder> made = StringBuilder::new;
            Runnable nothing = () -> twice(in);
            nothing.run();
            Small a = new Small(1, 2L, 3.5, "x", new byte[0], 'c');
            Small b = new Small(1, 2L, 3.5, "x", a.bytes(), 'c');
            Small c = new Small(1, 2L, 3.6, "x", a.bytes(), 'c');
            return String.join(
                    "|",
                    List.of(
                            capturing.apply("a"),
                            bound.apply("b"),
                            statics.apply("c"),
                            unbound.apply("four").toString(),
                            "" + widened.applyAsLong(9),
                            "" + array.apply(5).length,
                            two.apply("abcdef", 2),
                            made.get().append(1).toString(),
                            "" + a.equals(b) + a.equals(c) + a.equals("x") + (a.hashCode() == b.hashCode()),
                            a.toString().replaceAll("bytes=[^,]*", "bytes"),
                            new None() + "" + new None().equals(new None()) + new None().hashCode(),
                            new Round(true).name().get(),
                            new Round(true).toString()));
        }

        /** The same object each time, as a lambda that captures nothing is. */
        public static Supplier<String> constant() {
            return () -> "constant";
        }
    }

    private static final Map<String, byte[]> CLASSES = new HashMap<>();

    /** Defines the classes that were made plain before the ones they were made of. */
    private static final class Loader extends ClassLoader {
        Loader() {
            super(PlainTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            byte[] bytes = CLASSES.get(name.replace('.', '/'));
            if (bytes == null) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : defineClass(name, bytes, 0, bytes.length);
        }
    }

    @BeforeAll
    static void makePlain() throws Exception {
        String subject = Subject.class.getName().replace('.', '/');
        for (String name :
                new String[] {subject, subject + "$Small", subject + "$None", subject + "$Shape", subject + "$Round"}) {
            try (InputStream in = PlainTest.class.getClassLoader().getResourceAsStream(name + ".class")) {
                CLASSES.putAll(Plain.of(name, in.readAllBytes()));
            }
        }
    }

    @Test
    void noInvokedynamicIsLeft() {
        CLASSES.forEach((name, bytes) -> {
            String content = new String(bytes, StandardCharsets.ISO_8859_1);
            assertFalse(content.contains("BootstrapMethods"), name);
        });
    }

    @Test
    void theAnswersAreTheSame() throws Exception {
        Class<?> subject = new Loader().loadClass(Subject.class.getName());
        @SuppressWarnings("unchecked")
        Function<String, String> changed =
                (Function<String, String>) subject.getConstructor().newInstance();
        assertEquals(new Subject().apply("in"), changed.apply("in"));
    }

    @Test
    void aLambdaThatCapturesNothingIsOneObject() throws Exception {
        var constant = new Loader().loadClass(Subject.class.getName()).getMethod("constant");
        assertSame(constant.invoke(null), constant.invoke(null));
    }
}
