package dev.weft.protocol.local;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The private directory in which the processes of one user on one machine leave word of themselves:
 * {@code $WEFT_RUNTIME_DIR}, else {@code $XDG_RUNTIME_DIR/weft}, else {@code weft-USER} in the
 * temporary directory. It is created with mode 0700 and not trusted when someone else could write to
 * it; its files have mode 0600 and appear whole or not at all.
 */
public final class RuntimeDirectory {
    private static final int MAX_FILE_BYTES = 64 * 1024;
    /** Of a file: when the process that wrote it was started. */
    private static final String STARTED = "started";

    private static final AtomicInteger SEQUENCE = new AtomicInteger();

    private final Path path;

    private RuntimeDirectory(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** The directory of the user who runs this process; it need not exist. */
    public static RuntimeDirectory ofUser() {
        return of(System.getenv());
    }

    /** The directory that these environment variables name. */
    public static RuntimeDirectory of(Map<String, String> environment) {
        String own = environment.get("WEFT_RUNTIME_DIR");
        if (own != null && !own.isEmpty()) {
            return at(Path.of(own));
        }
        String session = environment.get("XDG_RUNTIME_DIR");
        if (session != null && !session.isEmpty()) {
            return at(Path.of(session, "weft"));
        }
        return at(Path.of(System.getProperty("java.io.tmpdir"), "weft-" + System.getProperty("user.name")));
    }

    public static RuntimeDirectory at(Path path) {
        return new RuntimeDirectory(path);
    }

    public Path path() {
        return path;
    }

    /**
     * A place for a file of one's own; the directory is created when it is missing.
     *
     * @throws IOException when the directory can't be trusted or created
     */
    public Path file(String name) throws IOException {
        create();
        return path.resolve(name);
    }

    /**
     * The control plane that this user runs here, or null when there is none.
     *
     * @throws IOException when the directory can't be trusted or the file can't be read
     */
    public @Nullable ControlPlaneFile controlPlane() throws IOException {
        Map<String, String> fields = read(ControlPlaneFile.NAME);
        try {
            return fields != null && isAlive(fields) ? ControlPlaneFile.of(fields) : null;
        } catch (IOException e) {
            throw wrong(ControlPlaneFile.NAME, e);
        }
    }

    /**
     * The control plane that this user ran here last, also when it has died; null when there was none, or when it
     * ended in good order.
     *
     * @throws IOException when the directory can't be trusted or the file can't be read
     */
    public @Nullable ControlPlaneFile lastControlPlane() throws IOException {
        Map<String, String> fields = read(ControlPlaneFile.NAME);
        try {
            return fields == null ? null : ControlPlaneFile.of(fields);
        } catch (IOException e) {
            throw wrong(ControlPlaneFile.NAME, e);
        }
    }

    /**
     * The agent in this process, or null when it has none or has ended.
     *
     * @throws IOException when the directory can't be trusted or the file can't be read
     */
    public @Nullable AgentFile agent(long pid) throws IOException {
        Map<String, String> fields = read(AgentFile.name(pid));
        try {
            return fields != null && isAlive(fields) ? AgentFile.of(fields) : null;
        } catch (IOException e) {
            throw wrong(AgentFile.name(pid), e);
        }
    }

    /** The agents of this user's running processes. */
    public List<AgentFile> agents() throws IOException {
        List<AgentFile> agents = new ArrayList<>();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return agents;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "[0-9]*.json")) {
            for (Path file : files) {
                AgentFile agent = agent(pidIn(String.valueOf(file.getFileName())));
                if (agent != null) {
                    agents.add(agent);
                }
            }
        }
        return agents;
    }

    /** Publishes a control plane; the directory is created when it is missing. */
    public void write(ControlPlaneFile file) throws IOException {
        write(ControlPlaneFile.NAME, file.pid(), file.fields());
    }

    /** Publishes an agent; the directory is created when it is missing. */
    public void write(AgentFile file) throws IOException {
        write(AgentFile.name(file.pid()), file.pid(), file.fields());
    }

    /** Removes the word of a control plane, unless another one has taken its place. */
    public void deleteControlPlane(long pid) throws IOException {
        Map<String, String> fields = read(ControlPlaneFile.NAME);
        if (fields != null && FlatJson.pid(fields) == pid) {
            Files.deleteIfExists(path.resolve(ControlPlaneFile.NAME));
        }
    }

    public void deleteAgent(long pid) throws IOException {
        Files.deleteIfExists(path.resolve(AgentFile.name(pid)));
    }

    private @Nullable Map<String, String> read(String name) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        Trust.check(path);
        Path file = path.resolve(name);
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw new IOException("is not a file");
            }
            // A channel would do as well, and load thirty classes while an application starts.
            try (FileInputStream in = new FileInputStream(file.toFile())) {
                byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
                if (bytes.length > MAX_FILE_BYTES) {
                    throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
                }
                return FlatJson.read(new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (NoSuchFileException | FileNotFoundException e) {
            return null; // also when it was deleted since we looked: nobody is there
        } catch (IOException e) {
            throw wrong(name, e);
        }
    }

    private IOException wrong(String name, IOException e) {
        return new IOException(path.resolve(name) + ": " + e.getMessage(), e);
    }

    private void write(String name, long pid, Map<String, String> fields) throws IOException {
        create();
        String start = ProcessStart.of(pid);
        if (start != null) {
            fields.put(STARTED, start);
        }
        Path file = path.resolve(name);
        Path draft = path.resolve("." + name + "." + ProcessHandle.current().pid() + "." + SEQUENCE.incrementAndGet());
        Set<OpenOption> createNew = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try {
            try (SeekableByteChannel channel = isPosix(path)
                    ? Files.newByteChannel(
                            draft,
                            createNew,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    : Files.newByteChannel(draft, createNew)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(FlatJson.write(fields));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void create() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Path parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (parent != null && isPosix(parent)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectories(path);
            }
        }
        Trust.check(path);
    }

    private static boolean isPosix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }

    /** Whether the process that wrote this is there still. */
    private static boolean isAlive(Map<String, String> fields) throws IOException {
        String start = ProcessStart.of(FlatJson.pid(fields));
        return start != null && start.equals(fields.getOrDefault(STARTED, start));
    }

    private static long pidIn(String fileName) {
        try {
            return Long.parseLong(fileName.substring(0, fileName.length() - ".json".length()));
        } catch (NumberFormatException e) {
            return -1; // some other file, which is no process's
        }
    }
}
