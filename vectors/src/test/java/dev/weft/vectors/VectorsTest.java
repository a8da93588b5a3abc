package dev.weft.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every case is decided as it says. */
class VectorsTest {
    private final List<Vector> all = VectorFiles.all(Path.of("cases"));

    @TestFactory
    Stream<DynamicTest> decisions() {
        return all.stream().map(vector -> dynamicTest(vector.toString(), () -> play(vector)));
    }

    private static void play(Vector vector) {
        try {
            Play.of(vector);
        } catch (Mismatch e) {
            fail(vector + " (" + vector.cites() + "): " + e.getMessage());
        } catch (RuntimeException e) {
            throw new IllegalStateException(vector + " can't be played: " + e.getMessage(), e);
        }
    }

    @Test
    void eachCaseHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        all.forEach(vector -> names.add(vector.name()));

        assertEquals(all.size(), names.size());
    }
}
