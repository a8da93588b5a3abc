package dev.weft.control.rule;

import dev.weft.control.keep.Documents;
import dev.weft.control.log.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of the API beyond this process, {@code rules/KIND/NAMESPACE/NAME.yaml}. */
final class KeptRules {
    private static final String FOLDER = "rules";
    private static final String ENDING = ".yaml";
    private static final int DEPTH = 4;

    private final Documents documents;
    private final RuleParser parser;
    private final Log log;

    KeptRules(Documents documents, RuleParser parser, Log log) {
        this.documents = documents;
        this.parser = parser;
        this.log = log;
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Rule(RuleFile file, byte[] bytes) {}

    /** What is kept; what can't be read is named in the log and costs no other rule. */
    List<Rule> load() {
        List<Rule> rules = new ArrayList<>();
        for (String name : documents.names(FOLDER)) {
            Rule rule = name.endsWith(ENDING) ? read(name) : null;
            if (rule != null) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private @Nullable Rule read(String name) {
        RuleId id = id(name);
        try {
            byte[] bytes = id == null ? new byte[0] : documents.read(name);
            if (id == null || bytes.length > RuleParser.MAX_BYTES) {
                log.warn("rules: " + documents.where(name) + " is left out: it is none that the API has written");
                return null;
            }
            RuleFile file = parser.parse(id.file(), bytes);
            file.errors().forEach(error -> log.warn("rules: " + error));
            return new Rule(file, bytes);
        } catch (IOException e) {
            log.warn("rules: " + documents.where(name) + " can't be read and is left out: " + e);
            return null;
        }
    }

    /** Which rule stands under a name; null for none that the API has written. */
    static @Nullable RuleId id(String name) {
        String[] parts = name.split("/", -1);
        if (parts.length != DEPTH || !parts[0].equals(FOLDER) || !name.endsWith(ENDING)) {
            return null;
        }
        String last = parts[DEPTH - 1];
        RuleId id = new RuleId(parts[1], parts[2], last.substring(0, last.length() - ENDING.length()));
        return id.wrong() == null ? id : null;
    }

    /** The rule that is kept by now; null for none that can be read. */
    @Nullable
    Rule now(RuleId id) {
        return documents.has(name(id)) ? read(name(id)) : null;
    }

    void write(RuleId id, byte[] bytes) throws IOException {
        documents.write(name(id), bytes);
    }

    void delete(RuleId id) throws IOException {
        documents.delete(name(id));
    }

    private static String name(RuleId id) {
        return FOLDER + "/" + id + ENDING;
    }
}
