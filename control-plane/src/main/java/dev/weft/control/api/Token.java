package dev.weft.control.api;

import dev.weft.control.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secret that allows changes: kept in the state directory, so that it outlives a restart. */
public final class Token {
    private static final int BYTES = 32;
    private static final int MAX_FILE_BYTES = 1_024;
    private static final Pattern SHAPE = Pattern.compile("[!-~]{16,512}");
    private static final Set<PosixFilePermission> OWN =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private Token() {}

    /**
     * The token in {@code DIRECTORY/token}, made when there is none.
     *
     * @param directory null for a new one that nobody keeps
     * @throws IOException when the file can't be read, when others can read it, or when it holds no token
     */
    public static String in(@Nullable Path directory, Log log) throws IOException {
        if (directory == null) {
            return create();
        }
        Path file = directory.resolve("token");
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            String made = create();
            try {
                Files.createDirectories(directory);
                write(file, made);
            } catch (IOException e) {
                log.warn("rest: the token can't be kept, the next start has another one: " + e);
            }
            return made;
        }
        if (isPosix(file) && !OWN.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("the token in " + file + " can be read by others; chmod 600, and change it");
        }
        String token =
                Files.size(file) > MAX_FILE_BYTES ? "" : Files.readString(file).strip();
        if (!SHAPE.matcher(token).matches()) {
            throw new IOException("there is no token in " + file + ": 16 to 512 visible characters on one line");
        }
        return token;
    }

    private static String create() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void write(Path file, String token) throws IOException {
        FileAttribute<?>[] attributes = isPosix(file.toAbsolutePath().getParent())
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWN)}
                : new FileAttribute<?>[0];
        // One that was half written, on a disk that is full, would keep every later start from succeeding.
        Path draft = file.resolveSibling("token.new");
        Files.deleteIfExists(draft);
        try (FileChannel channel =
                FileChannel.open(draft, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(token + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean isPosix(@Nullable Path path) {
        return path != null && Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }
}
