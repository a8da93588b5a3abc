package dev.weft.vectors;

import static dev.weft.vectors.VectorFiles.map;

import dev.weft.engine.Call;
import dev.weft.engine.call.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where each of many equal calls went: its decision, and its endpoint if it was sent. */
final class Crowd {
    private final List<String> endpoints = new ArrayList<>();
    private final Map<String, Integer> byEndpoint = new TreeMap<>();
    private final Map<String, Integer> byDecision = new TreeMap<>();

    void add(Step step, Call call) {
        String endpoint =
                step instanceof Step.Send send ? Words.of(send.attempt().endpoint()) : "";
        endpoints.add(endpoint);
        byDecision.merge(Words.decision(step, call), 1, Integer::sum);
        if (!endpoint.isEmpty()) {
            byEndpoint.merge(endpoint, 1, Integer::sum);
        }
    }

    /** @param expected numbers, or ranges such as {@code 45..55}, by endpoint; all endpoints */
    void counts(Object expected) {
        compare("counts", map(expected), byEndpoint);
    }

    /** @param expected the same by decision */
    void goes(Object expected) {
        compare("goes", map(expected), byDecision);
    }

    /** @param expected how many calls went elsewhere than those of another crowd */
    void moved(Crowd other, Object expected) {
        int moved = 0;
        for (int i = 0; i < endpoints.size(); i++) {
            moved += endpoints.get(i).equals(other.endpoints.get(i)) ? 0 : 1;
        }
        if (!within(expected, moved)) {
            throw new Mismatch("moved: " + expected + " expected, " + moved + " did");
        }
    }

    private static void compare(String what, Map<String, Object> expected, Map<String, Integer> got) {
        boolean same = expected.keySet().containsAll(got.keySet());
        for (Map.Entry<String, Object> one : expected.entrySet()) {
            same &= within(one.getValue(), got.getOrDefault(one.getKey(), 0));
        }
        if (!same) {
            throw new Mismatch(what + ": " + expected + " expected, " + got + " came");
        }
    }

    private static boolean within(Object expected, int number) {
        String text = String.valueOf(expected);
        int dots = text.indexOf("..");
        int least = Integer.parseInt(dots < 0 ? text : text.substring(0, dots));
        int most = Integer.parseInt(dots < 0 ? text : text.substring(dots + 2));
        return number >= least && number <= most;
    }
}
