package dev.weft.control.rule;

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

/** Rules of the API on disk, {@code KIND/NAMESPACE/NAME.yaml}: each appears whole or not at all. */
final class KeptRules {
    private static final String ENDING = ".yaml";
    private static final int DEPTH = 3;

    private final Path root;

    KeptRules(Path root) {
        this.root = root;
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Rule(RuleFile file, byte[] bytes) {}

    /** What an earlier process has kept; what can't be read is named in the log and costs no other rule. */
    List<Rule> load(RuleParser parser, Log log) {
        List<Rule> rules = new ArrayList<>();
        for (Path path : paths(log)) {
            try {
                RuleId id = id(path);
                if (id.wrong() != null || Files.size(path) > RuleParser.MAX_BYTES) {
                    log.warn("rules: " + path + " is left out: it is none that the API has written");
                    continue;
                }
                byte[] bytes = Files.readAllBytes(path);
                RuleFile file = parser.parse(id.file(), bytes);
                file.errors().forEach(error -> log.warn("rules: " + error));
                rules.add(new Rule(file, bytes));
            } catch (IOException e) {
                log.warn("rules: " + path + " can't be read and is left out: " + e);
            }
        }
        return rules;
    }

    private List<Path> paths(Log log) {
        List<Path> paths = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return paths;
        }
        try {
            Files.walkFileTree(root, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    if (isRule(path)) {
                        paths.add(path);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException failure) {
                    log.warn("rules: " + path + " can't be read and is left out: " + failure);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("rules: those of the API in " + root + " can't all be read: " + e);
        }
        Collections.sort(paths);
        return paths;
    }

    private static boolean isRule(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(ENDING) && !name.startsWith(".") && Files.isRegularFile(path);
    }

    private RuleId id(Path path) {
        Path relative = root.relativize(path);
        String name = String.valueOf(relative.getFileName());
        boolean isDeep = relative.getNameCount() == DEPTH;
        return new RuleId(
                isDeep ? relative.getName(0).toString() : "",
                isDeep ? relative.getName(1).toString() : "",
                name.substring(0, name.length() - ENDING.length()));
    }

    void write(RuleId id, byte[] bytes) throws IOException {
        replace(path(id), bytes);
    }

    /** Writes a file whole: whoever reads it sees what was there before, or all of this. */
    static void replace(Path file, byte[] bytes) throws IOException {
        Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
        Path draft = directory.resolve(".new"); // a name as long as names may be leaves no room for more
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete(RuleId id) throws IOException {
        Files.deleteIfExists(path(id));
    }

    private Path path(RuleId id) {
        return root.resolve(id.kind()).resolve(id.namespace()).resolve(id.name() + ENDING);
    }
}
