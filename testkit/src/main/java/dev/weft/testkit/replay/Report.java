package dev.weft.testkit.replay;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What other rules would make of recorded calls: how many, where, and some of them by name. */
public final class Report {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final int EXAMPLES = 3;

    private final Map<String, int[]> flows = new TreeMap<>();
    private final Map<Group, List<RecordedCall>> changes = new LinkedHashMap<>();
    private final Map<String, Integer> hidden = new TreeMap<>();
    private int calls;
    private int changed;

    /** Equal changes of equal calls. */
    private record Group(String place, Change change) {}

    Report() {}

    void add(RecordedCall call, Verdict before, Verdict after) {
        calls++;
        flow(before)[0]++;
        flow(after)[1]++;
        call.hidden().forEach(name -> hidden.merge(name, 1, Integer::sum));
        Change change = Change.between(before, after);
        if (change != null) {
            changed++;
            call.untold().forEach(name -> hidden.merge(name, 1, Integer::sum));
            changes.computeIfAbsent(new Group(Change.place(before), change), none -> new ArrayList<>())
                    .add(call);
        }
    }

    private int[] flow(Verdict verdict) {
        String to = verdict.by().equals("pass") ? "outside the mesh" : Change.place(verdict);
        String key = verdict.cluster().isEmpty() ? to : to + " to " + verdict.cluster();
        return flows.computeIfAbsent(key, none -> new int[2]);
    }

    /** Whether any call would be decided otherwise. */
    public boolean changes() {
        return changed > 0;
    }

    /** For people. */
    public String text() {
        StringBuilder out = new StringBuilder();
        out.append(calls + " calls, of which " + changed + " would be decided otherwise\n\n");
        out.append(String.format(Locale.ROOT, "%8s %8s  %s%n", "before", "after", "where"));
        flows.forEach((where, counts) ->
                out.append(String.format(Locale.ROOT, "%8d %8d  %s%n", counts[0], counts[1], where)));
        changes.forEach((group, all) -> {
            Change change = group.change;
            out.append("\n" + all.size() + " calls of " + group.place + ": "
                    + change.what().words() + "\n");
            out.append("  from  " + change.from() + "\n  to    " + change.to() + "\n");
            for (RecordedCall call : all.subList(0, Math.min(EXAMPLES, all.size()))) {
                out.append("  e.g.  " + call.words() + "  (" + call.line() + ")\n");
            }
        });
        hidden.forEach((name, count) -> out.append(hidden(name, count)));
        return out.toString();
    }

    private static String hidden(String name, int count) {
        return name.startsWith("?")
                ? "\nquery parameter " + name.substring(1) + ", whose value is redacted, stood in " + count
                        + " of the calls that would be decided otherwise: with its value they may not be\n"
                : "\nheader " + name + ", whose value is redacted, was asked for by " + count
                        + " calls: with its value they may be decided otherwise\n";
    }

    /** The same for programs. */
    public String json() {
        JsonObject json = new JsonObject();
        json.addProperty("calls", calls);
        json.addProperty("changed", changed);
        JsonArray where = new JsonArray();
        flows.forEach((place, counts) -> {
            JsonObject flow = new JsonObject();
            flow.addProperty("where", place);
            flow.addProperty("before", counts[0]);
            flow.addProperty("after", counts[1]);
            where.add(flow);
        });
        json.add("flows", where);
        JsonArray all = new JsonArray();
        changes.forEach((group, members) -> all.add(json(group, members)));
        json.add("changes", all);
        JsonObject redacted = new JsonObject();
        hidden.forEach(redacted::addProperty);
        json.add("redacted", redacted);
        return GSON.toJson(json);
    }

    private static JsonObject json(Group group, List<RecordedCall> members) {
        JsonObject json = new JsonObject();
        json.addProperty("where", group.place);
        json.addProperty("what", group.change.what().words());
        json.addProperty("from", group.change.from());
        json.addProperty("to", group.change.to());
        json.addProperty("calls", members.size());
        JsonArray examples = new JsonArray();
        for (RecordedCall call : members.subList(0, Math.min(EXAMPLES, members.size()))) {
            JsonObject example = new JsonObject();
            example.addProperty("call", call.words());
            example.addProperty("line", call.line());
            examples.add(example);
        }
        json.add("examples", examples);
        return json;
    }
}
