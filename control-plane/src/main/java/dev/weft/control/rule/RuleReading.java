package dev.weft.control.rule;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rule files read at once, without a control plane.
 *
 * @param files in the order in which they count
 * @param rules what would be in force
 */
public record RuleReading(List<RuleFile> files, RuleSet rules) {
    public RuleReading {
        files = List.copyOf(files);
    }

    /**
     * Reads files, and all rule files below directories.
     *
     * @throws IOException when one can't be read
     */
    public static RuleReading of(List<Path> paths, RuleParser parser) throws IOException {
        TreeMap<String, Path> found = new TreeMap<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                RuleTree tree = RuleTree.of(path);
                for (IOException failure : tree.unread().values()) {
                    if (!(failure instanceof FileSystemLoopException)) { // what stands in a circle is read anyway
                        throw failure;
                    }
                }
                tree.files().values().forEach(file -> found.put(file.toString(), file));
            } else {
                found.put(path.toString(), path);
            }
        }
        RuleBook book = new RuleBook();
        List<RuleFile> files = new ArrayList<>();
        for (var file : found.entrySet()) {
            byte[] bytes = Files.size(file.getValue()) > RuleParser.MAX_BYTES
                    ? new byte[RuleParser.MAX_BYTES + 1]
                    : Files.readAllBytes(file.getValue());
            RuleFile read = parser.parse(file.getKey(), bytes);
            files.add(read);
            book.put(read, bytes);
        }
        return new RuleReading(files, book.rules());
    }

    /** What is refused, also because two documents define the same rule. */
    public List<Finding> errors() {
        List<Finding> errors = new ArrayList<>();
        rules.entries().forEach(entry -> errors.addAll(entry.errors()));
        return errors;
    }

    /** What would be in force and looks wrong. */
    public List<Finding> warnings() {
        return rules.warnings();
    }

    /** What stands in the files and is no rule. */
    public List<Finding> skipped() {
        return files.stream().flatMap(file -> file.skipped().stream()).toList();
    }

    /** Hosts that rules speak of and that are none of these. */
    public List<Finding> unknownHosts(Set<String> known) {
        return rules.unknownHosts(known);
    }

    /** Hosts that routes lead to and that no other word of these rules is about. */
    public List<Finding> unspokenHosts() {
        return UnknownHosts.unspoken(rules);
    }
}
