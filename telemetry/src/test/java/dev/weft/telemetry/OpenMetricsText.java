package dev.weft.telemetry;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict reader of what OpenMetrics 1.0 asks for beyond the text format 0.0.4. */
final class OpenMetricsText {
    private static final Pattern META = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*\\})? ([+-]?Inf|NaN|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)");
    private static final Pattern LIMIT = Pattern.compile("le=\"([^\"]*)\"");

    private OpenMetricsText() {}

    static Map<String, Double> read(String text) {
        require(text.endsWith("# EOF\n"), "the end is not told");
        Map<String, Double> samples = new LinkedHashMap<>();
        Set<String> families = new HashSet<>();
        String family = "";
        String type = "";
        for (String line : text.substring(0, text.length() - "# EOF\n".length()).split("\n")) {
            Matcher meta = META.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (meta.matches() && meta.group(1).equals("HELP")) {
                family = meta.group(2);
                require(families.add(family), family + " stands twice");
            } else if (meta.matches()) {
                require(meta.group(2).equals(family), "TYPE does not follow its HELP: " + line);
                type = meta.group(3);
                require(Set.of("counter", "gauge", "histogram", "unknown").contains(type), line);
            } else {
                require(sample.matches(), "not a line of the format: " + line);
                require(suffixes(type).contains(sample.group(1).substring(family.length())), line);
                String labels = sample.group(2) == null ? "" : sample.group(2);
                limit(labels);
                require(samples.put(sample.group(1) + labels, number(sample.group(3))) == null, "twice: " + line);
            }
        }
        return samples;
    }

    private static Set<String> suffixes(String type) {
        return switch (type) {
            case "counter" -> Set.of("_total");
            case "histogram" -> Set.of("_bucket", "_sum", "_count");
            default -> Set.of("");
        };
    }

    /** Limits of buckets are floats in one form, so that they are equal as text. */
    private static void limit(String labels) {
        Matcher limit = LIMIT.matcher(labels);
        if (limit.find() && !limit.group(1).equals("+Inf")) {
            require(limit.group(1).equals(Double.toString(Double.parseDouble(limit.group(1)))), labels);
        }
    }

    private static double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
