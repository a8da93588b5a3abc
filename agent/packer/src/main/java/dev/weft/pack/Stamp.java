package dev.weft.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Remembers what a jar was made from: name, size and time of every input. */
final class Stamp {
    private final Path file;

    Stamp(Path file) {
        this.file = file;
    }

    String of(List<Path> inputs) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path input : inputs) {
            try (var walk = Files.walk(input)) {
                for (Path at : walk.filter(Files::isRegularFile).sorted().toList()) {
                    all.append(at).append(' ').append(Files.size(at)).append(' ');
                    all.append(Files.getLastModifiedTime(at).toMillis()).append('\n');
                }
            }
        }
        return all.toString();
    }

    boolean holds(String now) throws IOException {
        return Files.exists(file) && Files.readString(file).equals(now);
    }

    void write(String now) throws IOException {
        Files.writeString(file, now);
    }
}
