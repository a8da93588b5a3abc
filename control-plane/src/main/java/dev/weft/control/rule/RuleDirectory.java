package dev.weft.control.rule;

import dev.weft.control.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The rule files below a directory. Each {@link #scan} reads what has changed since the last one; a
 * file that has become bad keeps counting as it last was good. Used by one thread at a time.
 */
public final class RuleDirectory {
    private final Path root;
    private final RuleParser parser;
    private final Log log;
    private final RuleBook book = new RuleBook();
    private final Map<String, Stamp> stamps = new HashMap<>();
    private Set<Path> skipped = Set.of();
    private RuleSet rules = RuleSet.EMPTY;

    public RuleDirectory(Path root, RuleParser parser, Log log) {
        this.root = root;
        this.parser = parser;
        this.log = log;
    }

    /** What tells one state of a file from another without reading it. */
    private record Stamp(long size, long modified, String key) {
        static Stamp of(BasicFileAttributes attributes) {
            return new Stamp(
                    attributes.size(),
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                    String.valueOf(attributes.fileKey()));
        }
    }

    Path root() {
        return root;
    }

    public RuleSet rules() {
        return rules;
    }

    /**
     * Reads what has changed.
     *
     * @param touched files known to have changed, whatever their stamps say
     * @return whether anything is different now
     */
    public boolean scan(Set<Path> touched) {
        Map<String, Path> files;
        try {
            files = files();
        } catch (IOException | UncheckedIOException e) {
            // A directory that is gone for a moment must not take every rule with it.
            log.warn(
                    "rules unreadable", "rules: " + root + " can't be read, what is in force stays: " + e.getMessage());
            return false;
        }
        List<String> changed = new ArrayList<>();
        for (String gone : book.names().stream()
                .filter(name -> !files.containsKey(name))
                .sorted()
                .toList()) {
            stamps.remove(gone);
            book.remove(gone);
            changed.add(gone);
            log.info("rules: " + gone + ": removed");
        }
        files.forEach((name, file) -> {
            if (read(name, file, touched.contains(file))) {
                changed.add(name);
            }
        });
        if (changed.isEmpty()) {
            return false;
        }
        refresh();
        return true;
    }

    /** Every rule, also those that came over the API. */
    RuleBook book() {
        return book;
    }

    /** The book has changed. */
    void refresh() {
        RuleSet before = rules;
        rules = book.rules();
        report(before);
    }

    private boolean read(String name, Path file, boolean isTouched) {
        try {
            Stamp stamp = Stamp.of(Files.readAttributes(file, BasicFileAttributes.class));
            if (stamp.equals(stamps.get(name)) && !isTouched) {
                return false;
            }
            stamps.put(name, stamp);
            byte[] bytes = stamp.size() > RuleParser.MAX_BYTES ? new byte[RuleParser.MAX_BYTES + 1] : null;
            byte[] content = bytes == null ? Files.readAllBytes(file) : bytes;
            return put(parser.parse(name, content), content);
        } catch (NoSuchFileException e) {
            return false; // went between listing and reading: the next scan sees that
        } catch (IOException e) {
            stamps.remove(name); // permissions leave no trace in a stamp: look again
            RuleFile unreadable = RuleFile.unreadable(name, "can't be read: " + e);
            return !unreadable.equals(book.latest(name)) && put(unreadable, new byte[0]);
        }
    }

    private boolean put(RuleFile file, byte[] bytes) {
        String name = file.name();
        book.put(file, bytes);
        if (file.isGood()) {
            log.info("rules: " + name + ": in force, " + file.entries().size() + " rules");
        } else {
            log.warn("rules: " + name + ": refused, "
                    + (book.hasGood(name) ? "what it said before stays in force" : "nothing of it is in force"));
            file.errors().forEach(error -> log.warn("rules: " + error));
        }
        return true;
    }

    /** What is wrong across files, each once. */
    private void report(RuleSet before) {
        rules.warnings().stream()
                .filter(warning -> !before.warnings().contains(warning))
                .forEach(warning -> log.warn("rules: " + warning));
        rules.entries().stream()
                .filter(entry -> !before.entries().contains(entry))
                .flatMap(entry -> entry.errors().stream())
                .filter(error -> error.reason().contains(" is already defined in "))
                .forEach(error -> log.warn("rules: " + error));
    }

    /** A directory or link that can't be followed costs nobody else's rules; it is named once. */
    private Map<String, Path> files() throws IOException {
        RuleTree tree = RuleTree.of(root);
        tree.unread().forEach((path, failure) -> {
            if (!skipped.contains(path)) {
                log.warn("rules: " + root.relativize(path) + " is left out: " + failure);
            }
        });
        skipped = tree.unread().keySet();
        return tree.files();
    }
}
