package dev.weft.telemetry;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes numbers as text that Prometheus reads. All samples of a family stand together. */
public final class Exposition implements MetricWriter {
    /** Which text. */
    public enum Format {
        /** Prometheus' text format, version 0.0.4. */
        PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
        /**
         * OpenMetrics 1.0, where the name of a counter's sample ends in {@code _total} and that of its family doesn't.
         * A counter of ours that is not named so is of type {@code unknown} there, so that its name is the same in both.
         */
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        /** The value of the {@code Content-Type} header. */
        public String contentType() {
            return contentType;
        }

        /** The one that the reader's {@code Accept} header asks for; null for none. */
        public static Format accepted(@Nullable String accept) {
            return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
        }
    }

    private static final String TOTAL = "_total";

    private final Format format;
    private final StringBuilder out = new StringBuilder(4096);
    private final Set<String> written = new HashSet<>();
    private String family = "";

    public Exposition() {
        this(Format.PROMETHEUS);
    }

    public Exposition(Format format) {
        this.format = format;
    }

    @Override
    public Exposition family(String name, Type type, String help) {
        if (!valid(name, true) || !written.add(name)) {
            throw new IllegalArgumentException("not a metric name, or written twice: " + name);
        }
        family = name;
        boolean open = format == Format.OPEN_METRICS;
        boolean total = name.endsWith(TOTAL);
        String shown = open && type == Type.COUNTER && total ? name.substring(0, name.length() - TOTAL.length()) : name;
        String kind =
                open && type == Type.COUNTER && !total ? "unknown" : type.name().toLowerCase(Locale.ROOT);
        out.append("# HELP ").append(shown).append(' ');
        escape(help, open);
        out.append("\n# TYPE ").append(shown).append(' ').append(kind).append('\n');
        return this;
    }

    @Override
    public Exposition sample(double value, String... labels) {
        line("", value, null, labels);
        return this;
    }

    @Override
    public Exposition histogram(double[] limits, long[] counts, double sum, String... labels) {
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i];
            line("_bucket", count, i < limits.length ? limit(limits[i]) : "+Inf", labels);
        }
        line("_sum", sum, null, labels);
        line("_count", count, null, labels);
        return this;
    }

    private void line(String suffix, double value, @Nullable String limit, String... labels) {
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
        if (limit != null) {
            out.append(labels.length == 0 ? '{' : ',')
                    .append("le=\"")
                    .append(limit)
                    .append('"');
        }
        out.append(labels.length == 0 && limit == null ? " " : "} ")
                .append(number(value))
                .append('\n');
    }

    private String limit(double limit) {
        return format == Format.OPEN_METRICS ? Double.toString(limit) : number(limit);
    }

    /** The whole text. */
    @Override
    public String toString() {
        return format == Format.OPEN_METRICS ? out + "# EOF\n" : out.toString();
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
