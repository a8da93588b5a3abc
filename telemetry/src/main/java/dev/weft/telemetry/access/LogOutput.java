package dev.weft.telemetry.access;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Where the lines go. Used by one thread. */
public interface LogOutput {
    /** @param lines whole ones, in UTF-8 */
    void write(byte[] lines) throws IOException;

    /** The process's stderr itself, whatever the application has made of {@code System.err}. */
    static LogOutput stderr() {
        FileOutputStream err = new FileOutputStream(FileDescriptor.err);
        return err::write;
    }

    /**
     * A file that is appended to; opened for each batch, so that it may be moved away at any time.
     *
     * @param most bytes; a full file becomes {@code <name>.1} and a new one begins, so that there are two at the most
     */
    static LogOutput file(Path path, long most) {
        return lines -> {
            if (Files.exists(path) && Files.size(path) + lines.length > most) {
                Files.move(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(path, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        };
    }
}
