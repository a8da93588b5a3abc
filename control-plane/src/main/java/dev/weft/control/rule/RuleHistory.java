package dev.weft.control.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.control.keep.ChangedElsewhereException;
import dev.weft.control.keep.Documents;
import dev.weft.control.keep.StoredJson;
import dev.weft.control.log.Log;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The sets of rules that were in force: one compressed document for each, whose first line says what it is
 * and each further line is a rule file. The newest {@link #MOST} are kept, one that is held among them.
 * Used by one thread at a time.
 */
final class RuleHistory {
    static final int MOST = 50;

    private static final int MAX_CHANGES = 20;
    private static final String FOLDER = "history";
    private static final String HELD = FOLDER + "/held";
    private static final String ENDING = ".jsonl.gz";
    private static final JsonMapper JSON = StoredJson.MAPPER;

    private final Documents documents;
    private final Clock clock;
    private final Log log;
    private final TreeMap<Long, RuleVersion> versions = new TreeMap<>();
    private Map<String, String> lastDigests = Map.of();

    RuleHistory(Documents documents, Clock clock, Log log) {
        this.documents = documents;
        this.clock = clock;
        this.log = log;
    }

    /** The first line. */
    private record Head(long number, String version, String since, List<String> changes, int files) {}

    /** A rule file as it stood. */
    private record Content(String name, boolean isKept, String text) {}

    /** Reads what others have left; what can't be read is named and left out. */
    void load() {
        versions.clear();
        lastDigests = Map.of();
        for (String name : documents.names(FOLDER)) {
            if (!isOne(name)) {
                continue;
            }
            try (BufferedReader lines = reader(name)) {
                RuleVersion version = head(lines);
                versions.put(version.number(), version);
            } catch (IOException | RuntimeException e) {
                log.warn("rules: " + documents.where(name) + " can't be read and is left out of the history: " + e);
            }
        }
        if (!versions.isEmpty()) {
            try {
                lastDigests = book(versions.lastKey(), null).digests();
            } catch (IOException e) {
                log.warn("rules: what has changed since the last version is not known: " + e);
            }
        }
    }

    private static boolean isOne(String name) {
        return name.endsWith(ENDING);
    }

    /** Whether what stands under a name is a part of the history. */
    static boolean isOf(String name) {
        return name.startsWith(FOLDER + "/");
    }

    private BufferedReader reader(String name) throws IOException {
        return new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(documents.read(name))), StandardCharsets.UTF_8));
    }

    private static RuleVersion head(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("it is empty");
        }
        Head head = JSON.readValue(line, Head.class);
        return new RuleVersion(
                head.number(), head.version(), Instant.parse(head.since()), head.changes(), head.files());
    }

    /** Oldest first. */
    List<RuleVersion> versions() {
        return List.copyOf(versions.values());
    }

    @Nullable
    RuleVersion version(long number) {
        return versions.get(number);
    }

    /**
     * Notes what is in force now, unless it is what was noted last.
     *
     * @return false when another replica has noted something at the same time: it must be tried again after that
     */
    boolean note(RuleBook book, String version) {
        Map.Entry<Long, RuleVersion> last = versions.lastEntry();
        boolean isSame = last != null && last.getValue().version().equals(version);
        if (isSame) {
            return true;
        }
        Map<String, String> digests = book.digests();
        long number = versions.isEmpty() ? 1 : versions.lastKey() + 1;
        List<RuleBook.Good> files = book.good();
        RuleVersion now =
                new RuleVersion(number, version, clock.instant(), changes(lastDigests, digests), files.size());
        try {
            write(now, files);
        } catch (ChangedElsewhereException e) {
            return false;
        } catch (IOException e) {
            log.warn(
                    "history not saved",
                    "rules: version " + number + " is in force, but can't be kept for a rollback: " + e);
            return true;
        }
        versions.put(number, now);
        lastDigests = digests;
        prune();
        return true;
    }

    /** The oldest go; one that is held must still be there after a restart. */
    private void prune() {
        if (versions.size() <= MOST) {
            return;
        }
        Long held = held();
        Iterator<Long> oldest = versions.keySet().iterator();
        while (versions.size() > MOST && oldest.hasNext()) {
            Long number = oldest.next();
            if (number.equals(held)) {
                continue;
            }
            try {
                documents.delete(name(number));
            } catch (IOException e) {
                log.warn("history not deleted", "rules: an old version can't be deleted: " + e);
            }
            oldest.remove();
        }
    }

    private static List<String> changes(Map<String, String> before, Map<String, String> after) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<String> changes = new ArrayList<>();
        for (String name : names) {
            String was = before.get(name);
            String is = after.get(name);
            if (!String.valueOf(was).equals(String.valueOf(is)) && changes.size() < MAX_CHANGES) {
                changes.add((was == null ? "+" : is == null ? "-" : "~") + name);
            }
        }
        return changes;
    }

    private void write(RuleVersion version, List<RuleBook.Good> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (BufferedWriter lines =
                new BufferedWriter(new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8))) {
            line(
                    lines,
                    new Head(
                            version.number(),
                            version.version(),
                            version.since().toString(),
                            version.changes(),
                            version.files()));
            for (RuleBook.Good file : files) {
                line(lines, new Content(file.name(), file.isKept(), new String(file.bytes(), StandardCharsets.UTF_8)));
            }
        }
        documents.write(name(version.number()), bytes.toByteArray());
    }

    private static void line(BufferedWriter lines, Object content) throws IOException {
        try {
            lines.write(JSON.writeValueAsString(content));
            lines.write('\n');
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text can always be written as JSON", e);
        }
    }

    /**
     * A version as it was.
     *
     * @param parser null to read the files' digests alone
     * @throws IOException when it can't be read as a whole, or a file of it is refused by now
     */
    RuleBook book(long number, @Nullable RuleParser parser) throws IOException {
        RuleBook book = new RuleBook();
        try (BufferedReader lines = reader(name(number))) {
            RuleVersion version = head(lines);
            int left = version.files();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Content content = JSON.readValue(line, Content.class);
                byte[] bytes = content.text().getBytes(StandardCharsets.UTF_8);
                RuleFile file = parser == null
                        ? new RuleFile(content.name(), List.of(), List.of(), List.of(), List.of())
                        : parser.parse(content.name(), bytes);
                if (!file.isGood()) { // it was when it was noted: by a control plane that reads rules differently
                    throw new IOException(
                            "this control plane refuses " + file.errors().get(0));
                }
                if (content.isKept()) {
                    book.keep(file, bytes);
                } else {
                    book.put(file, bytes);
                }
                left--;
            }
            if (left != 0) {
                throw new IOException("it lacks " + left + " of its " + version.files() + " files");
            }
            return book;
        }
    }

    private static String name(long number) {
        return FOLDER + "/" + String.format(Locale.ROOT, "%012d", number) + ENDING;
    }

    /** The version that an operator holds in force; null for none. */
    @Nullable
    Long held() {
        try {
            return documents.has(HELD)
                    ? Long.valueOf(new String(documents.read(HELD), StandardCharsets.UTF_8).strip())
                    : null;
        } catch (IOException | NumberFormatException e) {
            log.warn("rules: " + documents.where(HELD) + " can't be read, the rules as they stand count: " + e);
            return null;
        }
    }

    void hold(@Nullable Long number) throws IOException {
        if (number == null) {
            documents.delete(HELD);
        } else {
            documents.write(HELD, (number + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
