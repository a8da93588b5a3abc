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
    private final Map<String, Page> pages = new TreeMap<>();

    /**
     * @param digest of the file's bytes
     */
    private record Page(RuleFile latest, @Nullable RuleFile lastGood, String digest) {}

    void put(RuleFile file, byte[] bytes) {
        Page before = pages.get(file.name());
        pages.put(
                file.name(),
                file.isGood()
                        ? new Page(file, file, digest(bytes))
                        : new Page(file, before == null ? null : before.lastGood, before == null ? "" : before.digest));
    }

    Set<String> names() {
        return pages.keySet();
    }

    @Nullable
    RuleFile latest(String file) {
        Page page = pages.get(file);
        return page == null ? null : page.latest;
    }

    /** Whether something of this file is in force. */
    boolean hasGood(String file) {
        Page page = pages.get(file);
        return page != null && page.lastGood != null;
    }

    void remove(String file) {
        pages.remove(file);
    }

    RuleSet rules() {
        List<VirtualService> virtualServices = new ArrayList<>();
        List<DestinationRule> destinationRules = new ArrayList<>();
        List<RuleSet.Entry> entries = new ArrayList<>();
        Map<String, Origin> defined = new HashMap<>();
        StringBuilder digests = new StringBuilder();
        pages.forEach((name, page) -> {
            Map<String, Finding> duplicates = new HashMap<>();
            RuleFile good = page.lastGood;
            if (good != null) {
                digests.append(name).append('\n').append(page.digest).append('\n');
                good.virtualServices().forEach(rule -> {
                    if (isFirst("VirtualService", rule.namespace(), rule.name(), rule.origin(), defined, duplicates)) {
                        virtualServices.add(rule);
                    }
                });
                good.destinationRules().forEach(rule -> {
                    if (isFirst("DestinationRule", rule.namespace(), rule.name(), rule.origin(), defined, duplicates)) {
                        destinationRules.add(rule);
                    }
                });
            }
            entries.addAll(entries(page.latest, duplicates));
        });
        String version = digest(digests.toString().getBytes(StandardCharsets.UTF_8));
        return new RuleSet(
                version,
                virtualServices,
                destinationRules,
                entries,
                RuleCheck.warnings(virtualServices, destinationRules));
    }

    /** A rule's name is its identity, as in Kubernetes: the first file that defines it wins. */
    private static boolean isFirst(
            String kind,
            String namespace,
            String name,
            Origin origin,
            Map<String, Origin> defined,
            Map<String, Finding> duplicates) {
        String identity = kind + " " + namespace + "/" + name;
        Origin first = defined.putIfAbsent(identity, origin);
        if (first != null) {
            duplicates.put(
                    identity, new Finding(origin, "metadata.name", identity + " is already defined in " + first));
        }
        return first == null;
    }

    private static List<RuleSet.Entry> entries(RuleFile file, Map<String, Finding> duplicates) {
        List<RuleSet.Entry> entries = new ArrayList<>();
        List<Finding> rest = new ArrayList<>(file.errors());
        for (RuleFile.Entry entry : file.entries()) {
            List<Finding> errors = new ArrayList<>(entry.errors());
            rest.removeAll(errors);
            Finding duplicate = duplicates.get(entry.kind() + " " + entry.namespace() + "/" + entry.name());
            if (duplicate != null && duplicate.origin().equals(entry.origin())) {
                errors.add(duplicate);
            }
            entries.add(new RuleSet.Entry(
                    file.name(),
                    entry.kind(),
                    entry.name(),
                    entry.namespace(),
                    !file.isGood() || !errors.isEmpty(),
                    errors));
        }
        if (!rest.isEmpty()) {
            entries.add(new RuleSet.Entry(file.name(), "", "", "", true, rest));
        }
        return entries;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
