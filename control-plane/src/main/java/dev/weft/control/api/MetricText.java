package dev.weft.control.api;

/** Metrics as Prometheus reads them. */
final class MetricText {
    private final StringBuilder text = new StringBuilder(8_192);

    void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void gauge(String name, String help, long value) {
        head(name, "gauge", help);
        line(name, value);
    }

    void gauge(String name, String help, double value) {
        head(name, "gauge", help);
        line(name, value);
    }

    void line(String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    void line(String name, double value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    /** @param of without quotes, backslashes and line breaks */
    void line(String name, String label, String of, long value) {
        text.append(name).append('{').append(label).append("=\"").append(of).append("\"} ");
        text.append(value).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
