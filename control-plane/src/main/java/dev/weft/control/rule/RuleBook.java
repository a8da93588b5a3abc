package dev.weft.control.rule;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every rule file as it was last seen, and as it was last good. */
final class RuleBook {
    private final Map<String, Page> files;
    private final Map<String, Page> kept;

    RuleBook() {
        this(new TreeMap<>(), new TreeMap<>());
    }

    private RuleBook(Map<String, Page> files, Map<String, Page> kept) {
        this.files = files;
        this.kept = kept;
    }

    /**
     * @param digest of the file's bytes
     * @param bytes of the last good one; empty without one
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Page(RuleFile latest, @Nullable RuleFile lastGood, String digest, byte[] bytes) {}

    /**
     * A file of which something is in force.
     *
     * @param isKept its rule came over the API
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Good(String name, boolean isKept, byte[] bytes) {}

    /** What is in force, as it was written. */
    List<Good> good() {
        List<Good> good = new ArrayList<>();
        collect(files, false, good);
        collect(kept, true, good);
        return good;
    }

    private static void collect(Map<String, Page> pages, boolean isKept, List<Good> into) {
        pages.forEach((name, page) -> {
            if (page.lastGood != null) {
                into.add(new Good(name, isKept, page.bytes));
            }
        });
    }

    /** Of each file of which something is in force. */
    Map<String, String> digests() {
        Map<String, String> digests = new TreeMap<>();
        good().forEach(file -> digests.put(file.name(), digest(file.bytes())));
        return digests;
    }

    /** A copy to try something on. */
    RuleBook copy() {
        return new RuleBook(new TreeMap<>(files), new TreeMap<>(kept));
    }

    void put(RuleFile file, byte[] bytes) {
        put(files, file, bytes);
    }

    /** A rule that came over the API. */
    void keep(RuleFile file, byte[] bytes) {
        put(kept, file, bytes);
    }

    private static void put(Map<String, Page> pages, RuleFile file, byte[] bytes) {
        Page before = pages.get(file.name());
        pages.put(
                file.name(),
                file.isGood()
                        ? new Page(file, file, digest(bytes), bytes)
                        : before == null
                                ? new Page(file, null, "", new byte[0])
                                : new Page(file, before.lastGood, before.digest, before.bytes));
    }

    Set<String> names() {
        return files.keySet();
    }

    int keptSize() {
        return kept.size();
    }

    @Nullable
    RuleFile latest(String file) {
        Page page = files.get(file);
        return page == null ? null : page.latest;
    }

    /** Whether something of this file is in force. */
    boolean hasGood(String file) {
        Page page = files.get(file);
        return page != null && page.lastGood != null;
    }

    void remove(String file) {
        files.remove(file);
    }

    boolean isKept(String name) {
        return kept.containsKey(name);
    }

    void drop(String name) {
        kept.remove(name);
    }

    /** Files first: what an operator has written down wins over what came over the API. */
    RuleSet rules() {
        Reading reading = new Reading();
        files.forEach((name, page) -> reading.add(name, page, false));
        kept.forEach((name, page) -> reading.add(name, page, true));
        RuleSet read = new RuleSet(
                digest(reading.digests.toString().getBytes(StandardCharsets.UTF_8)),
                reading.rules,
                reading.entries,
                List.of());
        List<Finding> warnings = new ArrayList<>(reading.warnings);
        warnings.addAll(RuleCheck.warnings(read));
        return new RuleSet(read.version(), read.rules(), read.entries(), warnings);
    }

    /** One pass over all pages. */
    private static final class Reading {
        final List<Rule> rules = new ArrayList<>();
        final List<RuleSet.Entry> entries = new ArrayList<>();
        final List<Finding> warnings = new ArrayList<>();
        final StringBuilder digests = new StringBuilder();
        private final Map<RuleId, Origin> defined = new HashMap<>();

        void add(String name, Page page, boolean isKept) {
            Map<RuleId, Finding> duplicates = new HashMap<>();
            RuleFile good = page.lastGood;
            if (good != null) {
                digests.append(name).append('\n').append(page.digest).append('\n');
                warnings.addAll(good.skipped());
                warnings.addAll(good.warnings());
                good.rules().stream().filter(rule -> isFirst(rule, duplicates)).forEach(rules::add);
            }
            entries.addAll(entries(page.latest, isKept, duplicates));
        }

        /** A rule's name is its identity, as in Kubernetes: the first file that defines it wins. */
        private boolean isFirst(Rule rule, Map<RuleId, Finding> duplicates) {
            Origin first = defined.putIfAbsent(rule.id(), rule.origin());
            if (first != null) {
                duplicates.put(
                        rule.id(),
                        new Finding(
                                rule.origin(),
                                "metadata.name",
                                rule.kind() + " " + rule.namespace() + "/" + rule.name() + " is already defined in "
                                        + first));
            }
            return first == null;
        }
    }

    private static List<RuleSet.Entry> entries(RuleFile file, boolean isKept, Map<RuleId, Finding> duplicates) {
        List<RuleSet.Entry> entries = new ArrayList<>();
        List<Finding> rest = new ArrayList<>(file.errors());
        for (RuleFile.Entry entry : file.entries()) {
            List<Finding> errors = new ArrayList<>(entry.errors());
            rest.removeAll(errors);
            Finding duplicate = duplicates.get(new RuleId(entry.kind(), entry.namespace(), entry.name()));
            boolean isShadowed = duplicate != null && duplicate.origin().equals(entry.origin());
            if (isShadowed) {
                errors.add(duplicate);
            }
            entries.add(new RuleSet.Entry(
                    entry.origin(),
                    isKept,
                    entry.kind(),
                    entry.name(),
                    entry.namespace(),
                    entry.text(),
                    !file.isGood() || !errors.isEmpty(),
                    isShadowed,
                    errors));
        }
        if (!rest.isEmpty()) {
            entries.add(new RuleSet.Entry(new Origin(file.name(), 1, 1), isKept, "", "", "", "", true, false, rest));
        }
        return entries;
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
