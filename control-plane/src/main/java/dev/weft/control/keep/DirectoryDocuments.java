package dev.weft.control.keep;

import dev.weft.control.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Documents in files of a directory that is one process's own. */
public final class DirectoryDocuments implements Documents {
    private static final int DEPTH = 3;

    private final Path root;
    private final Log log;

    public DirectoryDocuments(Path root, Log log) {
        this.root = root;
        this.log = log;
    }

    @Override
    public List<String> names(String folder) {
        Path directory = root.resolve(folder);
        List<String> names = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return names;
        }
        try {
            Files.walkFileTree(directory, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    if (!String.valueOf(path.getFileName()).startsWith(".") && Files.isRegularFile(path)) {
                        names.add(root.relativize(path).toString().replace('\\', '/'));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException failure) {
                    log.warn("state: " + path + " can't be read and is left out: " + failure);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("state: what is in " + directory + " can't all be read: " + e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(root.resolve(name));
    }

    @Override
    public boolean has(String name) {
        return Files.exists(root.resolve(name));
    }

    /** Whoever reads the file sees what was there before, or all of this. */
    @Override
    public void write(String name, byte[] content) throws IOException {
        Path file = root.resolve(name).toAbsolutePath();
        Path directory = Files.createDirectories(file.getParent());
        Path draft = directory.resolve(".new"); // a name as long as names may be leaves no room for more
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(root.resolve(name));
    }

    @Override
    public String where(String name) {
        return root.resolve(name).toString();
    }

    /** The directory is nobody else's. */
    @Override
    public Set<String> changes() {
        return Set.of();
    }

    @Override
    public void listen(Runnable listener) {}
}
