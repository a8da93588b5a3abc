package dev.weft.testkit.replay;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.weft.engine.call.Outcome;
import dev.weft.testkit.Instance;
import dev.weft.testkit.replay.RecordedCall.Answered;
import dev.weft.testkit.replay.RecordedCall.Asked;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Calls that an agent has recorded. Several recordings may stand in one file, one after the other. */
public final class Recording {
    private static final int VERSION = 1;

    private final String namespace;
    private final Map<String, Map<String, Map<String, String>>> instances;
    private final List<RecordedCall> calls;

    /**
     * @param namespace of the caller
     * @param instances as they were known last: by cluster and address, each with its labels
     */
    private Recording(
            String namespace, Map<String, Map<String, Map<String, String>>> instances, List<RecordedCall> calls) {
        this.namespace = namespace;
        this.instances = new TreeMap<>(instances); // in an order, so that a report is the same each time
        this.calls = List.copyOf(calls);
    }

    String namespace() {
        return namespace;
    }

    List<RecordedCall> calls() {
        return calls;
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException when lines can't be used: one sentence for each, with file, line and reason
     */
    public static Recording read(Path file) throws IOException {
        Reading reading = new Reading(file.toString());
        try (var lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reading.line(line);
            }
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + ": is no text in UTF-8", e);
        }
        return reading.whole();
    }

    /** The instances of the services that registered themselves; declared ones stand in the rules. */
    List<Instance> registered(String domain) {
        Map<String, Instance> all = new TreeMap<>(); // by service and address: services may share instances
        instances.forEach((cluster, endpoints) -> {
            String host = cluster.substring(cluster.lastIndexOf('|') + 1);
            String[] name = host.split("\\.", 3);
            if (name.length == 3 && name[2].equals("svc." + domain)) {
                endpoints.forEach((address, labels) ->
                        all.put(host + " " + address, Instance.of(name[0] + "." + name[1], address, labels)));
            }
        });
        return List.copyOf(all.values());
    }

    private static final class Reading {
        private final String file;
        private final Map<String, Map<String, Map<String, String>>> instances = new HashMap<>();
        private final List<RecordedCall> calls = new ArrayList<>();
        private final List<String> bad = new ArrayList<>();
        private String namespace = "";
        private int number;
        /** Where the present recording begins, in the time of all. */
        private long base;

        private long latest;

        Reading(String file) {
            this.file = file;
        }

        void line(String text) {
            number++;
            try {
                JsonElement json = JsonParser.parseString(text);
                if (!json.isJsonObject()) {
                    throw new IllegalArgumentException("is no JSON object");
                }
                Line line = new Line(json.getAsJsonObject(), "");
                if (line.has("format")) {
                    begin(line);
                } else if (namespace.isEmpty()) {
                    throw new IllegalArgumentException("no recording begins before it; the first line has a format");
                } else if (line.has("cluster")) {
                    cluster(line);
                } else {
                    calls.add(call(line));
                }
            } catch (JsonParseException e) {
                bad.add(file + ":" + number + ": is no JSON");
            } catch (IllegalArgumentException e) {
                bad.add(file + ":" + number + ": " + e.getMessage());
            }
        }

        Recording whole() {
            if (number == 0) {
                bad.add(file + ":1: is empty");
            }
            if (!bad.isEmpty()) {
                throw new IllegalArgumentException(String.join("\n", bad));
            }
            return new Recording(namespace, instances, calls);
        }

        private void begin(Line line) {
            if (!line.text("format").equals("weft.calls")) {
                throw line.wrong("format", "'" + line.text("format") + "' is not weft.calls");
            }
            if (line.number("version") != VERSION) {
                throw line.wrong("version", line.number("version") + " is not known here, " + VERSION + " is");
            }
            String caller = line.text("namespace");
            if (caller.isEmpty() || !namespace.isEmpty() && !namespace.equals(caller)) {
                throw line.wrong("namespace", "'" + caller + "' is not that of the other calls");
            }
            namespace = caller;
            base = latest;
        }

        private void cluster(Line line) {
            Map<String, Map<String, String>> endpoints = new TreeMap<>();
            for (Line endpoint : line.objects("endpoints")) {
                String address = endpoint.text("address");
                if (!address.matches(".+:[0-9]{1,5}")) {
                    throw endpoint.wrong("address", "'" + address + "' has no port");
                }
                endpoints.put(address, endpoint.map("labels"));
            }
            instances.put(line.text("cluster"), endpoints);
        }

        private RecordedCall call(Line line) {
            List<Answered> answers = new ArrayList<>();
            for (Line attempt : line.objects("attempts")) {
                answers.add(new Answered(
                        attempt.number("took", 0, Long.MAX_VALUE),
                        (int) attempt.number("status", 0, 999),
                        outcome(attempt),
                        attempt.has("code") ? (int) attempt.number("code", 0, Integer.MAX_VALUE) : 0));
            }
            var asked = new Asked(
                    line.text("method"),
                    line.flag("secure"),
                    line.text("host"),
                    (int) line.number("port", 0, 65535),
                    line.text("path"),
                    line.map("headers"),
                    line.flag("replayable"),
                    line.flag("rewritable"),
                    line.has("timeout") ? line.number("timeout", 1, Long.MAX_VALUE) : Long.MAX_VALUE);
            long at = Math.addExact(base, line.number("at", -1L << 50, 1L << 55));
            latest = Math.max(latest, at);
            return new RecordedCall(
                    file + ":" + number, at, asked, verdict(line.object("decision"), answers.size()), answers);
        }

        private static Outcome outcome(Line attempt) {
            try {
                return Outcome.valueOf(attempt.text("end").toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        attempt.has("end")
                                ? attempt.path() + "end: '" + attempt.text("end") + "' is no outcome"
                                : Objects.requireNonNull(e.getMessage()),
                        e);
            }
        }

        private static Verdict verdict(Line decision, int attempts) {
            return new Verdict(
                    decision.text("virtualHost"),
                    decision.text("route", ""),
                    decision.texts("guards"),
                    decision.numbers("weights"),
                    decision.text("cluster"),
                    decision.text("limits", ""),
                    decision.text("path", ""),
                    decision.text("host", ""),
                    decision.text("by"),
                    (int) decision.number("status", 0, 999),
                    decision.text("location", ""),
                    attempts);
        }
    }
}
