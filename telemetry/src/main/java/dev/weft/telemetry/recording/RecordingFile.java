package dev.weft.telemetry.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** A file of lines that grows to a certain size and no further. Closed to other users where the file system can. */
final class RecordingFile {
    private static final Set<StandardOpenOption> APPEND = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

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
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.newByteChannel(
                        path,
                        APPEND,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.newByteChannel(path, APPEND);
    }
}
