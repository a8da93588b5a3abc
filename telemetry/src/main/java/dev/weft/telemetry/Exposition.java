package dev.weft.telemetry;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Writes numbers in Prometheus' text format, version 0.0.4. All samples of a family stand together. */
public final class Exposition {
    /** The value of the {@code Content-Type} header. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder out = new StringBuilder(4096);
    private final Set<String> written = new HashSet<>();
    private String family = "";

    /** What kind of numbers a family holds. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** Begins a family; its samples follow. */
    public Exposition family(String name, Type type, String help) {
        if (!valid(name, true) || !written.add(name)) {
            throw new IllegalArgumentException("not a metric name, or written twice: " + name);
        }
        family = name;
        out.append("# HELP ").append(name).append(' ');
        escape(help, false);
        out.append("\n# TYPE ")
                .append(name)
                .append(' ')
                .append(type.name().toLowerCase(Locale.ROOT))
                .append('\n');
        return this;
    }

    /**
     * One sample of the family.
     *
     * @param labels name and value pairs
     */
    public Exposition sample(double value, String... labels) {
        return sample("", value, labels);
    }

    Exposition sample(String suffix, double value, String... labels) {
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("a label without a value in " + family);
        }
        out.append(family).append(suffix);
        for (int i = 0; i < labels.length; i += 2) {
            if (!valid(labels[i], false)) {
                throw new IllegalArgumentException("not a label name: " + labels[i]);
            }
            out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1], true);
            out.append('"');
        }
        out.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
        return this;
    }

    /** A family that is one number. */
    public Exposition single(String name, Type type, String help, double value) {
        return family(name, type, help).sample(value);
    }

    @Override
    public String toString() {
        return out.toString();
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            return Long.toString((long) value);
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(value);
    }

    private void escape(String text, boolean quoted) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '"' && quoted) {
                out.append("\\\"");
            } else {
                out.append(c);
            }
        }
    }

    private static boolean valid(String name, boolean colons) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colons && c == ':');
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
