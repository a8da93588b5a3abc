package dev.weft.control.rule;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rule files below a directory. Links are followed. Hidden names are no rules: they are editors'
 * drafts and what stands behind the links of a Kubernetes ConfigMap.
 *
 * @param files by their name below the directory, with slashes
 * @param unread directories and links that can't be followed, and why
 */
record RuleTree(Map<String, Path> files, Map<Path, IOException> unread) {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_FILES = 10_000;

    RuleTree {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        unread = Collections.unmodifiableMap(new TreeMap<>(unread));
    }

    /** @throws IOException when the directory itself can't be read */
    static RuleTree of(Path root) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        Map<Path, IOException> unread = new TreeMap<>();
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.toString().toLowerCase(Locale.ROOT);
                if ((name.endsWith(".yaml") || name.endsWith(".yml"))
                        && attributes.isRegularFile()
                        && !isHidden(file)) {
                    files.put(root.relativize(file).toString().replace('\\', '/'), file);
                }
                return files.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (file.equals(root)) {
                    throw failure;
                }
                if (!isHidden(file)) {
                    unread.put(file, failure);
                }
                return FileVisitResult.CONTINUE;
            }

            private boolean isHidden(Path path) {
                return !path.equals(root) && String.valueOf(path.getFileName()).startsWith(".");
            }
        });
        return new RuleTree(files, unread);
    }
}
