package dev.weft.telemetry.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A file of lines that grows to a certain size and no further. Where the file system knows of users it is this one's
 * alone, also if it was there before: whoever can put files into its directory may have left one there to read along,
 * or a link to something else.
 */
final class RecordingFile {
    private static final Path SELF = Path.of("/proc/self");
    private static final Set<OpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final long most;

    /** @param most bytes, those included that stand there already */
    RecordingFile(Path path, long most) {
        this.path = path;
        this.most = most;
    }

    /** How many of the lines, from the first on, it had room for. */
    int write(List<String> lines) throws IOException {
        try (SeekableByteChannel channel = open()) {
            long room = most - channel.size();
            StringBuilder text = new StringBuilder();
            int written = 0;
            for (String line : lines) {
                room -= line.getBytes(StandardCharsets.UTF_8).length + 1;
                if (room < 0) {
                    break;
                }
                text.append(line).append('\n');
                written++;
            }
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return written;
        }
    }

    private SeekableByteChannel open() throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return Files.newByteChannel(path, APPEND);
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            shut(); // before it is opened: to open a pipe waits for its reader
        }
        SeekableByteChannel channel = Files.newByteChannel(path, APPEND, PosixFilePermissions.asFileAttribute(OWN));
        try {
            shut();
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Closes what is there to other users, or says why it can't be used. */
    private void shut() throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes found = view.readAttributes();
        if (!found.isRegularFile()) {
            throw new FileSystemException(path.toString(), null, "is not a plain file");
        }
        if (!isOwn(found)) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "belongs to " + found.owner().getName() + ", not to the user of this process");
        }
        if (!found.permissions().equals(OWN)) {
            view.setPermissions(OWN);
        }
    }

    /** By number where the system tells it: a container's user may have no name. */
    private boolean isOwn(PosixFileAttributes found) throws IOException {
        return Files.exists(SELF)
                ? Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getAttribute(SELF, "unix:uid"))
                : found.owner().getName().equals(System.getProperty("user.name"));
    }
}
