package dev.weft.control.rule;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Whether rule files are still being written. No system tells for certain when whoever writes a file is done, so one
 * that was written a moment ago is left alone for a moment, and one whose last line has no end for longer. Who replaces
 * a file by renaming another is safe in any case.
 */
final class Settled {
    /** Longer than a program that writes a file takes between two writes. */
    static final long MOMENT_MILLIS = 100;

    /** A last line without an end: by far most often there is more to come. */
    static final long UNENDED_MILLIS = 1_000;

    private Settled() {}

    /** @param now milliseconds of the clock by which files are stamped */
    static boolean all(Path root, long now) {
        try {
            for (Path file : RuleTree.of(root).files().values()) {
                if (!one(file, now)) {
                    return false;
                }
            }
            return true;
        } catch (IOException | UncheckedIOException e) {
            return true; // who reads them says what is wrong
        }
    }

    private static boolean one(Path file, long now) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            long age = now - attributes.lastModifiedTime().toMillis();
            if (age < 0 || age >= UNENDED_MILLIS) {
                return true; // one from the future is of another machine's clock
            }
            return age >= MOMENT_MILLIS && (attributes.size() == 0 || isEnded(file));
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isEnded(Path file) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            long length = content.length();
            content.seek(Math.max(0, length - 1));
            return length == 0 || content.read() == '\n';
        }
    }
}
