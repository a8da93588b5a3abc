package dev.weft.vectors;

import static dev.weft.vectors.VectorFiles.map;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/** One step that a case expects; only what it says is compared. */
record Expectation(String word, Object value, Map<String, Object> more) {
    static final Set<String> WORDS = Set.of(
            "send", "shadow", "abort", "deliver", "reply", "pass", "ask", "idle", "silence", "counts", "goes", "moved");

    /** @param played the call that took the step */
    void check(Step step, Played played) {
        switch (word) {
            case "send" -> attempt(step instanceof Step.Send send ? send.attempt() : wrong(step, played), played);
            case "shadow" ->
                attempt(step instanceof Step.Shadow shadow ? shadow.attempt() : wrong(step, played), played);
            case "abort" -> number(step instanceof Step.Abort abort ? abort.attempt() : wrong(step, played));
            case "deliver" -> deliver(step instanceof Step.Deliver deliver ? deliver : wrong(step, played), played);
            case "reply" -> reply(step instanceof Step.Reply reply ? reply.refusal() : wrong(step, played));
            case "ask" -> ask(step instanceof Step.Ask ask ? ask.question() : wrong(step, played));
            default -> {
                if (!(step instanceof Step.Pass)) {
                    wrong(step, played);
                }
            }
        }
    }

    private void ask(Question question) {
        same("ask", value, Words.of(question));
        if (more.containsKey("descriptors") && question instanceof Question.Quota quota) {
            same("domain", more.remove("domain"), quota.domain());
            List<String> all = new ArrayList<>();
            quota.descriptors().forEach(entries -> {
                StringJoiner words = new StringJoiner(" ");
                entries.forEach(entry -> words.add(entry.key() + "=" + entry.value()));
                all.add(words.toString());
            });
            same("descriptors", VectorFiles.texts(more.remove("descriptors")), all);
        }
        if (more.containsKey("known") && question instanceof Question.Warm warm) {
            same("known", more.remove("known"), warm.known());
        }
    }

    private static <T> T wrong(Step step, Played played) {
        throw new Mismatch("came     " + Words.full(step, played.call));
    }

    private void deliver(Step.Deliver deliver, Played played) {
        number(Objects.requireNonNull(played.call.delivered()));
        if (more.containsKey("edits")) {
            same("edits", more.remove("edits"), edits(deliver.edits()));
        }
    }

    /** Each in words, in the order in which they are made. */
    private static List<String> edits(HeaderEdits of) {
        List<String> words = new ArrayList<>();
        Edits.apply(of, new HeaderWriter() {
            @Override
            public void set(String name, String value) {
                words.add("set " + name + ": " + value);
            }

            @Override
            public void add(String name, String value) {
                words.add("add " + name + ": " + value);
            }

            @Override
            public void remove(String name) {
                words.add("remove " + name);
            }
        });
        return words;
    }

    private void number(Attempt attempt) {
        same(word, value, attempt.number());
    }

    private void attempt(Attempt attempt, Played played) {
        if (value != null && !value.equals("any")) {
            same(word, value, Words.of(attempt.endpoint()));
        }
        if (more.containsKey("cluster")) {
            same("cluster", more.remove("cluster"), played.call.cluster());
        }
        if (more.containsKey("path")) {
            String path = attempt.path();
            same("path", more.remove("path"), path == null ? played.request.path() : path);
        }
        if (more.containsKey("headers")) {
            var edited = new Asked.Edited(played.request);
            attempt.edit(edited);
            same("headers", new TreeMap<>(map(more.remove("headers"))), edited.values);
        }
        if (more.containsKey("connect")) {
            same("connect", more.remove("connect"), Times.text(attempt.connectTimeout()));
        }
        if (more.containsKey("tls")) {
            same("tls", more.remove("tls"), tls(attempt.transport()));
        }
        if (more.containsKey("protocol")) {
            same("protocol", more.remove("protocol"), attempt.protocol().name().toLowerCase(Locale.ROOT));
        }
        if (more.containsKey("labels")) {
            same(
                    "labels",
                    new TreeMap<>(map(more.remove("labels"))),
                    new TreeMap<>(attempt.endpoint().labels()));
        }
    }

    private static String tls(Transport transport) {
        return transport instanceof Transport.Tls tls ? "sni " + tls.sni() + ", names " + tls.expectedNames() : "none";
    }

    private void reply(Refusal refusal) {
        same("reply", value, refusal.code());
        if (more.containsKey("kind")) {
            same("kind", more.remove("kind"), Words.of(refusal.kind()));
        }
        if (more.containsKey("details")) {
            Refusal.Details details = refusal.details();
            same("details", more.remove("details"), details == null ? "none" : details.words());
        }
        if (more.containsKey("body")) {
            same("body", more.remove("body"), refusal.body());
        }
        if (more.containsKey("headers")) {
            Map<String, String> headers = new TreeMap<>();
            for (Refusal.Header header : refusal.headers()) {
                headers.merge(header.name(), header.value(), (one, two) -> one + "," + two);
            }
            same("headers", new TreeMap<>(map(more.remove("headers"))), headers);
        }
        if (more.containsKey("why")) {
            String part = String.valueOf(more.remove("why"));
            if (!refusal.why().contains(part)) {
                throw new Mismatch("why: expected '" + part + "' in\n    came     " + refusal.why());
            }
        }
    }

    /** Compares as text, which is what cases are made of. */
    static void same(String what, Object expected, Object got) {
        if (!String.valueOf(expected).equals(String.valueOf(got))) {
            throw new Mismatch(what + ": expected " + expected + "\n    came     " + got);
        }
    }
}
