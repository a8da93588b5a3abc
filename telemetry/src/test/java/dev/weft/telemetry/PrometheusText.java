package dev.weft.telemetry;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict reader of the text format 0.0.4: refuses what Prometheus refuses, and what it only tolerates. */
final class PrometheusText {
    private static final Pattern HELP =
            Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\\\\\n]|\\\\\\\\|\\\\n)+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? ([+-]?Inf|NaN|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)");
    private static final Pattern LABEL =
            Pattern.compile("\\G(?:^|,)([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\\\\\|\\\\\"|\\\\n)*)\"");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> families = new HashSet<>();
    private String family = "";
    private String type = "";

    static Map<String, Double> read(String text) {
        PrometheusText reader = new PrometheusText();
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new IllegalArgumentException("the last line has no end");
        }
        String[] lines = text.split("\n");
        for (int i = 0; i < lines.length; i++) {
            try {
                reader.line(lines[i]);
            } catch (IllegalArgumentException refused) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + lines[i], refused);
            }
        }
        return reader.samples;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher kind = TYPE.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (help.matches()) {
            require(families.add(help.group(1)), "family stands twice");
            family = help.group(1);
            type = "";
        } else if (kind.matches()) {
            require(kind.group(1).equals(family) && type.isEmpty(), "TYPE does not follow its HELP");
            type = kind.group(2);
        } else if (sample.matches()) {
            sample(sample);
        } else {
            throw new IllegalArgumentException("not a line of the format");
        }
    }

    private void sample(Matcher sample) {
        String name = sample.group(1);
        boolean histogram = type.equals("histogram");
        boolean belongs = histogram
                ? name.equals(family + "_bucket") || name.equals(family + "_sum") || name.equals(family + "_count")
                : name.equals(family);
        require(belongs && !type.isEmpty(), "sample does not belong to family " + family);
        StringBuilder key = new StringBuilder(name);
        String labels = sample.group(2);
        if (labels != null) {
            Matcher label = LABEL.matcher(labels);
            Set<String> names = new HashSet<>();
            int end = 0;
            while (label.find()) {
                require(names.add(label.group(1)), "label stands twice");
                key.append('|').append(label.group(1)).append('=').append(plain(label.group(2)));
                end = label.end();
            }
            require(end == labels.length() && end > 0, "broken labels");
        }
        double value = switch (sample.group(3)) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(sample.group(3));
        };
        require(!type.equals("counter") || value >= 0, "a counter below 0");
        require(samples.put(key.toString(), value) == null, "sample stands twice");
    }

    private static String plain(String escaped) {
        return Pattern.compile("\\\\(.)").matcher(escaped).replaceAll(m -> switch (m.group(1)) {
            case "n" -> "\n";
            case "\"" -> "\"";
            default -> "\\\\";
        });
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
