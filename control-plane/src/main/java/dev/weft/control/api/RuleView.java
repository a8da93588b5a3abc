package dev.weft.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.control.rule.Finding;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.RuleStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document of rules as the API shows it.
 *
 * @param source {@code file} or {@code api}
 * @param state {@code ok} or {@code refused}
 * @param text as it was written; null in lists
 */
record RuleView(
        String kind,
        String name,
        String namespace,
        String source,
        String file,
        int line,
        String state,
        String etag,
        List<FindingView> errors,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String text) {

    record FindingView(String file, int line, int column, String field, String reason) {
        static FindingView of(Finding finding) {
            return new FindingView(
                    finding.origin().file(),
                    finding.origin().line(),
                    finding.origin().column(),
                    finding.field(),
                    finding.reason());
        }

        static List<FindingView> of(List<Finding> findings) {
            return findings.stream().map(FindingView::of).toList();
        }
    }

    static RuleView of(RuleSet.Entry entry, boolean withText) {
        return new RuleView(
                entry.kind(),
                entry.name(),
                entry.namespace(),
                entry.isKept() ? "api" : "file",
                entry.file(),
                entry.origin().line(),
                entry.isRefused() ? "refused" : "ok",
                RuleStore.version(entry),
                FindingView.of(entry.errors()),
                withText ? entry.text() : null);
    }
}
