package dev.weft.client.warm;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The file of the last-known-good configuration: readable by its owner only, replaced as a whole. */
public final class KeptFile {
    private static final int LARGEST = 256 << 20;

    private final Path file;
    private long written;

    /**
     * @param directory is created, for its owner only
     */
    public KeptFile(Path directory) {
        this.file = directory.resolve("last-known-good");
    }

    /** Null when there is none. */
    public byte @Nullable [] read() throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " is too large");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    public boolean exists() {
        return Files.isRegularFile(file);
    }

    /**
     * @param number counts what is written: on a slow disk the one before may still be on its way, and must not take the
     *     place of a later one
     */
    public synchronized void write(long number, byte[] bytes) throws IOException {
        if (number <= written) {
            return;
        }
        var directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory, mode("rwx------"));
        var next = Files.createTempFile(directory, "next", ".tmp", mode("rw-------"));
        try {
            Files.write(next, bytes);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            written = number;
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
