package dev.weft.protocol.local;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;

/** Whether only this process's user can put files into a directory. */
final class Trust {
    private static final Path SELF = Path.of("/proc/self");

    private Trust() {}

    static void check(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(directory.toString(), null, "is not a directory");
        }
        PosixFileAttributeView view =
                Files.getFileAttributeView(directory, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return; // not a POSIX file system: the temporary directory is the user's own there
        }
        PosixFileAttributes attributes = view.readAttributes();
        if (!isOwn(directory, attributes)) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "belongs to " + attributes.owner().getName() + ", not to the user of this process");
        }
        if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new FileSystemException(directory.toString(), null, "can be written by other users; chmod 700");
        }
    }

    /** By number where the system tells it: a container's user may have no name. */
    private static boolean isOwn(Path directory, PosixFileAttributes attributes) throws IOException {
        if (Files.exists(SELF)) {
            return Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                    .equals(Files.getAttribute(SELF, "unix:uid"));
        }
        return attributes.owner().getName().equals(System.getProperty("user.name"));
    }
}
