package dev.weft.it;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.function.Function;

/** Parts of the code that rules compare, one for each name that a function gives; none for the empty name. */
final class Slices implements SliceAssignment {
    private final String what;
    private final Function<JavaClass, String> names;

    private Slices(String what, Function<JavaClass, String> names) {
        this.what = what;
        this.names = names;
    }

    static SliceAssignment named(String what, Function<JavaClass, String> names) {
        return new Slices(what, names);
    }

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = names.apply(type);
        return name.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(name);
    }

    @Override
    public String getDescription() {
        return "each " + what;
    }
}
