package dev.weft.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine that the build does not bring. A test that lacks one is skipped, and says so on the console. */
final class Programs {
    private Programs() {}

    static void need(String... programs) {
        for (String program : programs) {
            if (!areThere(program)) {
                skip("there is no '" + program + "' here");
            }
        }
    }

    /** Some are only on root's path. */
    static boolean areThere(String... programs) {
        String path = System.getenv("PATH") + ":/usr/sbin:/sbin";
        return Stream.of(programs)
                .allMatch(program -> Stream.of(path.split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
    }

    static void skip(String why) {
        System.out.println("SKIPPED: " + why);
        Assumptions.abort(why);
    }
}
